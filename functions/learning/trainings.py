"""Trainings as those see them who ask for one, look at it, or cancel it.

queued ──begun──> running ──ended──> published | kept | failed | cancelled
   ^                 │
   └── died, outage, scheduler stopped
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Self

import uuid6
from pymongo import DESCENDING
from pymongo.collection import Collection
from pymongo.database import Database

from functions.runtime.database import LONG_AGO, Document, outages
from functions.runtime.faults import Outage

OPEN: Final = ("queued", "running")
FINISHED: Final = ("published", "kept", "failed", "cancelled")
JUDGED: Final = ("published", "kept")
"""Finished with a model that the gate has looked at."""

CANCELLED: Final = "It was cancelled."
"""The reason of one that was."""

_TRIES: Final = 20
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)

_NEW: Final[Mapping[str, object]] = {
    "state": "queued",
    "due": LONG_AGO,
    "phase": None,
    "progress": 0.0,
    "metrics": {},
    "cancel_asked": False,
    "deaths": 0,
}


class Trainings:
    """The trainings of this database. Every method raises Outage when Mongo can't be used."""

    def __init__(self, trainings: Collection[Document], collections: Collection[Document]) -> None:
        self._trainings = trainings
        self._collections = collections

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The trainings of this database."""
        return cls(database["trainings"], database["collections"])

    def ask(self, collection: str, recipe: str, by: str) -> str:
        """Ask for a training; returns its id, or that of the one that is queued or running."""
        there: Document | None = None
        for _ in range(_TRIES):
            remembered = self._remembered(collection)
            there = self.open_of(collection)
            if there is None:
                own = self._asked(collection, remembered, recipe, by)
                if own is not None:
                    return own
            elif there["_id"] == remembered:
                break
        # One that the collection does not remember is an earlier release's, or its asker died.
        if there is None:
            raise Outage("Mongo: too many ask for one training at once")
        return str(there["_id"])

    def _remembered(self, collection: str) -> str | None:
        """The training that the collection remembers as its last one."""
        with outages():
            found = self._collections.find_one({"_id": collection}, {"last_training": 1}) or {}
        return found.get("last_training")

    def _asked(self, collection: str, remembered: str | None, recipe: str, by: str) -> str | None:
        """A new training's id; None when somebody else's came first.

        Of those who ask at the same moment the collection remembers one. A unique index would do
        the same, but SecantusDB's keep what a row was before it changed.
        """
        own = str(uuid6.uuid7())
        asked = {"collection": collection, "recipe": recipe, "asked_by": by}
        first = {"_id": collection, "last_training": remembered}
        with outages():
            self._trainings.insert_one({"_id": own, **asked, **_NEW, "asked_at": datetime.now(UTC)})
            if self._collections.update_one(first, {"$set": {"last_training": own}}).matched_count:
                return own
            self._trainings.delete_one({"_id": own, "state": "queued"})
        return None

    def get(self, training_id: str) -> Document | None:
        """The training, or None."""
        with outages():
            return self._trainings.find_one({"_id": training_id})

    def open_of(self, collection: str) -> Document | None:
        """The collection's training that is queued or running, or None."""
        rule = {"state": {"$in": list(OPEN)}, "collection": collection}
        with outages():
            found = list(self._trainings.find(rule))
        return min(found, key=lambda training: str(training["_id"]), default=None)

    def finished(self, collection: str, most: int = 20) -> list[Document]:
        """The collection's finished trainings, newest first."""
        # A range with both ends, so that its cost does not grow with the trainings there were.
        rule = {"collection": collection, "asked_at": {"$gte": LONG_AGO, "$lte": _NEVER}}
        with outages():
            found = self._trainings.find({**rule, "state": {"$in": list(FINISHED)}})
            return list(found.sort("asked_at", DESCENDING).limit(most))

    def has_judged(self, collection: str) -> bool:
        """Whether any training of the collection has ended with a model that was judged."""
        rule = {"collection": collection, "state": {"$in": list(JUDGED)}}
        with outages():
            return self._trainings.find_one(rule, {"_id": 1}) is not None

    def cancel(self, training_id: str) -> bool:
        """Cancel it: at once while it is queued, else at its next step; False when it is over."""
        times = {"finished_at": "$$NOW", "labels_until": "$$NOW"}
        ended = {"state": "cancelled", "reason": CANCELLED, **times}
        with outages():
            queued = {"_id": training_id, "state": "queued"}
            if self._trainings.update_one(queued, [{"$set": ended}]).matched_count:
                return True
            running = {"_id": training_id, "state": "running"}
            update = {"$set": {"cancel_asked": True}}
            return self._trainings.update_one(running, update).matched_count > 0
