"""Deletes collections that somebody asked to delete, with everything that is in them.

    asked ──originals taken, functions done──> rest taken, hidden ──forms ended──> no document

Each look sees what is still there and goes on from that: killed in the middle, the next look
finds the rest. Nobody sees a hidden collection, but on_upload does: bytes that arrive through a
form that is still alive are deleted. Only then its id can be another collection's.
"""

from datetime import UTC, datetime
from typing import Final

from pymongo.database import Database

from functions.handout.form import FORM_LIFE
from functions.learning.trainings import Trainings
from functions.runtime import log
from functions.runtime.collections import Collections
from functions.runtime.database import Document, outages
from functions.runtime.storage import Storage
from scheduler.deletion_steps import Originals, Rest
from scheduler.lease import Lease
from scheduler.reconcile import GRACE

_NAMELESS: Final = dict.fromkeys(("name", "owner", "settings", "pinned", "request"), "")


class Deletions:
    """Call `look` each second. It raises Outage; the next look goes on from there."""

    def __init__(
        self,
        storage: Storage,
        database: Database[Document],
        functions: tuple[str, ...],
        lease_seconds: float,
    ) -> None:
        self._database = database
        self._collections = Collections.of(database)
        self._trainings = Trainings.of(database)
        self._originals = Originals(storage, database, functions)
        self._rest = Rest(storage, database, functions)
        self._lease_seconds = lease_seconds

    def look(self) -> None:
        """Go a step on with each collection that is being deleted, unless another does so."""
        for found in self._collections.being_deleted():
            if found.get("members") or _no_form_lives(found):
                self._go_on_alone(found["_id"])

    def _go_on_alone(self, collection: str) -> None:
        lease = Lease.of(self._database, f"collection/{collection}", self._lease_seconds)
        if not lease.take():
            return
        try:
            # Asked again: another may have ended it meanwhile.
            found = self._collections.get(collection)
            gone = found is None or self._go_on(found)
        finally:
            lease.release()
        if gone:
            lease.forget()

    def _go_on(self, found: Document) -> bool:
        """One step; True once the collection is no more."""
        collection = found["_id"]
        if self._trains(collection):
            return False
        waits = self._originals.take(collection)
        self._note(collection, {"$set": {"deletion.left": self._originals.left(collection)}})
        if waits or not self._rest.take(collection):
            return False
        if found.get("members"):
            self._note(collection, {"$set": {"members": {}}, "$unset": _NAMELESS})
            log.said("a collection is deleted", collection=collection, by=found["deletion"]["by"])
        if not _no_form_lives(found):
            return False
        with outages():
            self._database["collections"].delete_one({"_id": collection})
        return True

    def _trains(self, collection: str) -> bool:
        """Whether a training still runs, which was told to stop."""
        training = self._trainings.open_of(collection)
        if training is None:
            return False
        self._trainings.cancel(training["_id"])
        return self._trainings.open_of(collection) is not None

    def _note(self, collection: str, change: Document) -> None:
        with outages():
            self._database["collections"].update_one({"_id": collection}, change)


def _no_form_lives(found: Document) -> bool:
    """Whether every form that was handed out before the deletion has ended long ago."""
    asked_at: datetime = found["deletion"]["asked_at"]
    return datetime.now(UTC) > asked_at + FORM_LIFE + GRACE
