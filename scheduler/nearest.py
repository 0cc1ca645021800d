"""Keeps the `nearest` versions of collections that have labels but no learned model yet."""

import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pymongo.database import Database

from functions.learning.settings import LearningSettings
from functions.runtime import log
from functions.runtime.collections import Collections
from functions.runtime.database import Document
from functions.runtime.manifest import NEAREST, BrokenVersion
from functions.runtime.models import Models
from scheduler.backbone import version as backbone
from scheduler.labelled import LabelChanges, read_labelled
from scheduler.learning.photos.stored_features import read_features
from scheduler.lease import Lease
from scheduler.nearest_folder import Labelled, nearest_folder
from scheduler.publish import Bucket, publish
from scheduler.retention import Retention
from scheduler.swap import swap

ALL_EVERY_SECONDS: Final = 600.0
"""Every collection is looked at this often: a removed photo changes no label."""

# The pause after a version, so that labels which come one after the other share one where it
# costs much: 2 s with 1,000 labelled photos, 20 s with 10,000.
_PAUSE_A_PHOTO: Final = 1 / 500
_PAUSE_A_SECOND: Final = 4.0


class NearestVersions:
    """Makes a new version when labels have changed, and points to it.

    A version's name carries the digest of what it knows: it is made again only when that differs.
    """

    def __init__(self, storage: Bucket, database: Database[Document]) -> None:
        self._storage = storage
        self._database = database
        self._models = Models(storage)
        self._changes = LabelChanges(database)
        self._due: dict[str, float] = {}
        self._pause_until: dict[str, float] = {}
        self._all_at = 0.0

    def look(self) -> None:
        """Look once at what has changed since the last look, and publish what follows from it.

        Raises Outage, and OSError when the disk is full; the next look goes on from there.
        """
        now = time.monotonic()
        changed = self._changes.collections()
        if now >= self._all_at:
            self._all_at = now + ALL_EVERY_SECONDS
            changed |= {found["_id"] for found in Collections.of(self._database).all()}
        for collection in changed:
            self._due.setdefault(collection, self._pause_until.pop(collection, now))
        for collection in [name for name, at in self._due.items() if at <= now]:
            try:
                waits = self._waits(collection)
            except (BrokenVersion, ValueError) as error:
                # The pointer or the settings can't be read: nothing of one's own to mend.
                log.said("nothing is learned", collection=collection, reason=str(error))
                waits = False
            if not waits:
                self._due.pop(collection)

    def _waits(self, collection: str) -> bool:
        """Renew the collection's version; True when it has to be looked at again in a second."""
        found = Collections.of(self._database).get(collection)
        if found is None or not self._is_ours(found):
            return False
        reading = read_labelled(self._database, collection)
        if self._is_current(collection, reading.labelled):
            return reading.waits
        lease = Lease.of(self._database, f"models/{collection}")
        if not lease.take():
            return True
        try:
            # Asked again: another version may have become current, or pinned, meanwhile.
            found = Collections.of(self._database).get(collection)
            if found is not None and self._is_ours(found):
                self._renew(found, reading.labelled)
        finally:
            lease.release()
        return reading.waits

    def _is_ours(self, found: Document) -> bool:
        """Whether a nearest version answers for the collection, or would if there was one."""
        if found.get("deletion"):
            return False
        if found.get("recognizer", "whole") != "whole" or found.get("pinned"):
            return False
        pointer = self._models.pointer(found["_id"])
        return pointer is None or pointer.version.startswith(f"{NEAREST}-")

    def _is_current(self, collection: str, labelled: Labelled) -> bool:
        pointer = self._models.pointer(collection)
        if pointer is None:
            return not labelled.labels
        return pointer.version.endswith(f"-{labelled.digest()}")

    def _renew(self, found: Document, labelled: Labelled) -> None:
        collection, began = found["_id"], time.monotonic()
        database = self._database
        features = read_features(database["features"], labelled.etags, backbone.VERSION).features
        if not features:
            swap(self._storage, database, collection, None, NEAREST, "no photo is labelled")
            return
        precision = LearningSettings.of(found).precision
        folder = nearest_folder(collection, labelled, features, precision, datetime.now(UTC))
        with TemporaryDirectory() as into:
            publish(self._storage, folder.write(Path(into)))
        why = f"labels of {len(features)} photos"
        swap(self._storage, database, collection, folder.version, NEAREST, why)
        Retention(self._storage, database).tidy(collection)
        spent = time.monotonic() - began
        pause = max(len(features) * _PAUSE_A_PHOTO, spent * _PAUSE_A_SECOND)
        self._pause_until[collection] = time.monotonic() + pause
        told = {"collection": collection, "model": folder.version, "photos": len(features)}
        log.said("learned from labels", seconds=round(spent, 3), **told)
