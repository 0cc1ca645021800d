"""The queue of trainings as those see it who carry them out: the scheduler and its child.

Who holds the lease TRAINING may begin one. Every write after that names the holder: a scheduler
that lost its lease, and its child, can't write over what another one does now.
"""

from collections.abc import Mapping
from typing import Any, Final, Self

from pymongo import ASCENDING, ReturnDocument
from pymongo.collection import Collection
from pymongo.database import Database

from functions.learning.trainings import CANCELLED
from functions.runtime.database import Document, outages
from functions.runtime.expressions import REMOVED, later, one_more, when
from functions.runtime.faults import Outage

TRAINING: Final = "training"
"""The lease of the one training that may run in a stack."""

MOST_DEATHS: Final = 3

PAUSE_SECONDS: Final = 30.0
"""After an outage."""

DIED: Final = (
    f"The training's process died {MOST_DEATHS} times, perhaps because there was not enough "
    "memory. The current model keeps answering."
)
_TRIES: Final = 20
_OF_A_RUN: Final = ("phase", "epoch", "epochs", "estimate_seconds", "reason", "finished_at")


class TrainingQueue:
    """Trainings to carry out. Every method raises Outage when Mongo can't be used."""

    def __init__(self, trainings: Collection[Document]) -> None:
        self._trainings = trainings

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The queue of this database."""
        return cls(database["trainings"])

    def waits(self) -> bool:
        """Whether a training could be begun, or one is running that may have lost its scheduler."""
        with outages():
            running = self._trainings.find_one({"state": "running"}, {"_id": 1})
        return running is not None or bool(self._due())

    def begin(self, holder: str) -> Document | None:
        """The oldest training that is due, running now; None when there is none."""
        for training_id in self._due():
            begun = {"state": "running", "holder": holder, "progress": 0.0, "metrics": {}}
            # Labels given from now on may not be in its data set, so they count for the next one.
            times = {"started_at": "$$NOW", "labels_until": "$$NOW"}
            update = [{"$set": {**_literal(begun), **times, **dict.fromkeys(_OF_A_RUN, REMOVED)}}]
            row = self._written({"_id": training_id, "state": "queued"}, update)
            if row is not None:
                return row
        return None

    def interrupted(self) -> list[str]:
        """Put back what runs without a scheduler; for the holder of the lease alone. Their ids."""
        with outages():
            rows = list(self._trainings.find({"state": "running"}, {"holder": 1}))
        for row in rows:
            self.died(row["_id"], row["holder"])
        return [row["_id"] for row in rows]

    def died(self, training_id: str, holder: str) -> str | None:
        """Its process died: queued again, or failed after the third time. The new state."""
        hopeless = {"$gte": ["$deaths", MOST_DEATHS]}
        return self._ended(
            training_id,
            holder,
            state=when("$cancel_asked", "cancelled", when(hopeless, "failed", "queued")),
            reason=when("$cancel_asked", CANCELLED, when(hopeless, DIED, REMOVED)),
            before={"deaths": one_more("$deaths")},
        )

    def put_back(self, training_id: str, holder: str, reason: str, pause: float) -> str | None:
        """It could not be carried out for now: queued again in `pause` seconds. The new state."""
        return self._ended(
            training_id,
            holder,
            state=when("$cancel_asked", "cancelled", "queued"),
            reason=when("$cancel_asked", CANCELLED, {"$literal": reason}),
            before={"due": later(pause)},
        )

    def finish(
        self, training_id: str, holder: str, state: str, reason: str, told: Mapping[str, Any]
    ) -> str | None:
        """It ended in this state, for a reason in words; `told` are further fields."""
        literal = {"$literal": reason}
        return self._ended(training_id, holder, state, literal, before=_literal(told))

    def progressed(self, training_id: str, holder: str, told: Mapping[str, Any]) -> Document | None:
        """Note how far it is; None when it is not this holder's any more."""
        return self._written(_own(training_id, holder), {"$set": dict(told)})

    def _ended(
        self, training_id: str, holder: str, state: Any, reason: Any, before: Document
    ) -> str | None:
        over: Document = {"$ne": ["$state", "queued"]}
        update = [
            {"$set": before},
            {"$set": {"state": state, "reason": reason, "holder": REMOVED}},
            {"$set": {"finished_at": when(over, "$$NOW", REMOVED)}},
        ]
        row = self._written(_own(training_id, holder), update)
        return None if row is None else str(row["state"])

    def _due(self) -> list[str]:
        rule: Document = {"state": "queued", "$expr": {"$lte": ["$due", "$$NOW"]}}
        with outages():
            found = self._trainings.find(rule, {"_id": 1}).sort("_id", ASCENDING)
            return [row["_id"] for row in found]

    def _written(self, rule: Document, update: Any) -> Document | None:
        """The training after the update; None when none fits the rule.

        SecantusDB may answer so too when somebody else writes it at the same moment.
        """
        for _ in range(_TRIES):
            with outages():
                row = self._trainings.find_one_and_update(
                    rule, update, return_document=ReturnDocument.AFTER
                )
                if row or self._trainings.find_one(rule, {"_id": 1}) is None:
                    return row
        raise Outage("Mongo: too many write one training at once")


def _own(training_id: str, holder: str) -> Document:
    return {"_id": training_id, "state": "running", "holder": holder}


def _literal(values: Mapping[str, Any]) -> Document:
    """Values that are no expressions, whatever they contain."""
    return {name: {"$literal": value} for name, value in values.items()}
