"""Deliveries that wait for a person: what is parked and why, and how it is tried again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from pymongo.collection import Collection
from pymongo.database import Database

from functions.runtime import rules
from functions.runtime.database import Document, outages
from functions.runtime.event import NotAnEvent, events_of
from functions.runtime.inbox import Inbox

_BODY: Final = "body:"
OUR_FAULTS: Final = ("internal-error", "process-died", "not-an-event")
"""Codes that are not the object's fault."""


@dataclass(frozen=True)
class ParkedDelivery:
    """One delivery of `function` nobody works on; `id` is `bucket/key`, or `body:` and a digest."""

    function: str
    id: str
    code: str
    reason: str
    since: datetime


class Parked:
    """The parked deliveries of one function, which listens to the bucket `listens_to`.

    Every method raises Outage when Mongo can't be used.
    """

    def __init__(self, function: str, listens_to: str, rows: Collection[Document]) -> None:
        self._function = function
        self._listens_to = listens_to
        self._rows = rows

    @classmethod
    def of(cls, database: Database[Document], function: str, listens_to: str) -> Self:
        """Those of the function with this name."""
        return cls(function, listens_to, database[f"inbox.{function}"])

    def all(self, code: str | None = None) -> Iterator[ParkedDelivery]:
        """Every parked delivery, or those with this code, by id."""
        with outages():
            for row in self._rows.find({"state": "parked"}, {"body": 0, "events": 0}).sort("_id"):
                if code in (None, row.get("code")):
                    yield self._parked(row)

    def our_faults(self) -> int:
        """How many are parked by a fault of ours, and not because a file can't be used."""
        with outages():
            return self._rows.count_documents(
                {"state": "parked", "code": {"$in": list(OUR_FAULTS)}}
            )

    def get(self, row_id: str) -> ParkedDelivery | None:
        """The parked delivery with this id, or None."""
        with outages():
            row = self._rows.find_one({"_id": row_id, "state": "parked"}, {"body": 0})
        return self._parked(row) if row else None

    def replay(self, row_id: str) -> bool:
        """Make a parked delivery due again; False when it is not parked.

        A body is read again, as by code that may understand it now; raises NotAnEvent if not.
        """
        if row_id.startswith(_BODY):
            return self._replay_body(row_id)
        with outages():
            found = self._rows.update_one({"_id": row_id, "state": "parked"}, rules.replayed())
        return found.matched_count > 0

    def _replay_body(self, row_id: str) -> bool:
        with outages():
            row = self._rows.find_one({"_id": row_id})
        if row is None:
            return False
        events = events_of(bytes(row["body"]))
        if any(event.bucket != self._listens_to for event in events):
            raise NotAnEvent(f"an event of another bucket than {self._listens_to!r}")
        inbox = Inbox(self._rows, lease_seconds=0)
        for event in events:
            inbox.hear(event)
        with outages():
            self._rows.delete_one({"_id": row_id})
        return True

    def _parked(self, row: Document) -> ParkedDelivery:
        ended = [attempt["ended"] for attempt in row.get("attempts", [])]
        return ParkedDelivery(
            function=self._function,
            id=row["_id"],
            code=row.get("code", ""),
            reason=row.get("reason", ""),
            since=ended[-1] if ended else row["opened_at"],
        )
