"""After a swap: lets the new version speak of every photo, from stored features where it can."""

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pymongo.database import Database

from functions.classify.model import Answering, answering_of
from functions.classify.whole import Whole
from functions.runtime import log
from functions.runtime.collections import Collections
from functions.runtime.database import Document
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import GENERAL, Models
from scheduler.batches import batches
from scheduler.classify_again import ClassifyAgain
from scheduler.learning.photos.stored_features import read_features
from scheduler.model_log import swapped_lately
from scheduler.outdated import Outdated, Said, split_by_change
from scheduler.publish import Bucket

LATELY_SECONDS: Final = 120.0
"""classify may finish a photo with the old version after a swap: so long it is looked for often."""

_AT_ONCE: Final = 20_000
_BATCH: Final = 500
_EVERYWHERE_SECONDS: Final = 60.0

Place: TypeAlias = tuple[str, str]
"""The collection whose folder a version lies in, and the version."""


class Rescorer:
    """Finds photos that name another version than the current one, and gives them its answer.

    Methods raise Outage; what is left undone is found by the next look.
    """

    def __init__(self, storage: Bucket, database: Database[Document]) -> None:
        self._database = database
        self._models = Models(storage)
        self._outdated = Outdated(database)
        self._again = ClassifyAgain(database)
        self._unfinished: set[str] = set()
        self._everywhere_at = 0.0
        self._loaded: tuple[Place, Answering, str] | None = None

    def look(self) -> int:
        """Rescore where a swap was lately, each minute everywhere; returns how many photos."""
        now = time.monotonic()
        everywhere = now >= self._everywhere_at
        if everywhere:
            self._everywhere_at = now + _EVERYWHERE_SECONDS
        wanted = {
            found["_id"]
            for found in Collections.of(self._database).all()
            if found.get("recognizer", "whole") == "whole"
        }
        if not everywhere:
            wanted &= swapped_lately(self._database, LATELY_SECONDS) | self._unfinished
        return sum(self._rescore(collection) for collection in sorted(wanted))

    def _rescore(self, collection: str) -> int:
        self._unfinished.discard(collection)
        try:
            current = self._current(collection)
            photos = self._outdated.of(collection, current[1], _AT_ONCE)
            if not photos:
                return 0
            written, unseen = self._write(collection, photos, current)
        except BrokenVersion as broken:
            # classify refuses it as well, and says so; the old answers stay.
            told = {"collection": collection, "reason": str(broken)}
            log.said("a broken model scores nothing", logging.DEBUG, **told)
            return 0
        self._unfinished.add(collection)
        self._again.ask(collection, unseen)
        if written:
            log.said("scored again", collection=collection, model=current[1], photos=written)
        return written

    def _current(self, collection: str) -> Place:
        pointer = self._models.pointer(collection)
        if pointer is not None:
            return collection, pointer.version
        general = self._models.pointer(GENERAL)
        if general is None:
            raise BrokenVersion("general has no version")
        return GENERAL, general.version

    def _write(
        self, collection: str, photos: Sequence[Document], current: Place
    ) -> tuple[int, Sequence[Document]]:
        """How many got their answer, and those that classify has to look at."""
        answering, backbone = self._answering(current)
        if isinstance(answering, Whole):
            return 0, photos
        kept: list[Said] = []
        unseen: list[Document] = []
        written = 0
        for batch in batches(photos, _BATCH):
            if self._current(collection) != current:
                return written, []
            features = self._features(batch, backbone)
            unseen += [photo for photo in batch if photo["_id"] not in features]
            seen = [photo for photo in batch if photo["_id"] in features]
            if not seen:
                continue
            answers = answering.answers(np.stack([features[photo["_id"]] for photo in seen]))
            # Those that people see change come before all others.
            changed, same = split_by_change(zip(seen, answers, strict=True))
            written += self._outdated.write(changed)
            kept += same
        return written + sum(self._outdated.write(some) for some in batches(kept, _BATCH)), unseen

    def _answering(self, current: Place) -> tuple[Answering, str]:
        if self._loaded is None or self._loaded[0] != current:
            version = self._models.version(*current)
            self._loaded = (current, answering_of(version), str(version.manifest.backbone))
        return self._loaded[1:]

    def _features(
        self, photos: Sequence[Document], backbone: str
    ) -> Mapping[str, NDArray[np.float32]]:
        etags = {photo["_id"]: photo["image_etag"] for photo in photos}
        found = read_features(self._database["features"], etags, backbone).features
        return {photo: feature.astype(np.float32) for photo, feature in found.items()}
