"""Deliveries of all functions: looked for, and tried again when they are parked."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from pymongo import DESCENDING
from pymongo.database import Database

from functions.api.newest import spans
from functions.api.operating.wanted import Wanted
from functions.runtime.database import LONG_AGO, Document, outages
from functions.runtime.event import NotAnEvent
from functions.runtime.inbox import Inbox
from functions.runtime.parked import Parked

_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_LAST: Final = chr(0x10FFFF)
_FEW: Final = {"state": 1, "code": 1}

# What is not done is little, and read by its own index; the ids are sorted here.
_NOT_DONE: Final[tuple[Document, ...]] = (
    {"due": {"$gte": LONG_AGO, "$lte": _NEVER}},
    {"state": "parked"},
)


class Deliveries:
    """The inboxes of the functions in `listens_to` (the bucket by function, in their order).

    Every method raises Outage when Mongo can't be used.
    """

    def __init__(self, database: Database[Document], listens_to: Mapping[str, str]) -> None:
        self._database = database
        self.listens_to = listens_to

    def find(self, wanted: Wanted, most: int, after: tuple[str, str] | None) -> list[Document]:
        """So many rows, with their `function`, after that row of a function; last id first.

        Of done ones only those of a collection.
        """
        found: list[Document] = []
        for function in self._from(wanted, after[0] if after else None):
            before = after[1] if after and after[0] == function else _LAST
            for row_id in self._ids(function, wanted, before, most - len(found)):
                row = self.get(function, row_id)
                found += [{**row, "function": function}] if row else []
            if len(found) >= most:
                break
        return found

    def get(self, function: str, row_id: str) -> Document | None:
        """One row, or None."""
        if function not in self.listens_to:
            return None
        with outages():
            return self._database[f"inbox.{function}"].find_one({"_id": row_id}, {"body": 0})

    def replay(self, function: str, row_id: str) -> bool:
        """Make a parked row due again; False when it is not parked. Raises NotAnEvent."""
        return self.parked(function).replay(row_id)

    def replay_all(self, wanted: Wanted) -> int:
        """Make every row due again that is wanted; returns how many.

        Bodies that still can't be understood stay as they are.
        """
        return sum(
            self._replayed(function, row_id)
            for function in self._from(wanted, None)
            for row_id in self._ids(function, wanted)
        )

    def parked(self, function: str) -> Parked:
        """What of a function's waits for a person."""
        return Parked.of(self._database, function, self.listens_to[function])

    def inbox(self, function: str) -> Inbox:
        """A function's deliveries."""
        return Inbox.of(self._database, function)

    def _from(self, wanted: Wanted, first: str | None) -> Iterator[str]:
        begun = first is None
        for function in self.listens_to:
            begun = begun or function == first
            if begun and wanted.function in (None, function):
                yield function

    def _ids(
        self, function: str, wanted: Wanted, before: str = _LAST, most: int | None = None
    ) -> list[str]:
        """The ids less than `before`, the last first."""
        if wanted.state == "done":
            rows = self._done(function, wanted.place(self.listens_to[function]), before, most or 0)
        else:
            rows = sorted(self._not_done(function), key=lambda row: str(row["_id"]), reverse=True)
        bucket = self.listens_to[function]
        ids = [row["_id"] for row in rows if row["_id"] < before and wanted.fits(bucket, row)]
        return ids[:most]

    def _not_done(self, function: str) -> list[Document]:
        with outages():
            inbox = self._database[f"inbox.{function}"]
            found = [row for rule in _NOT_DONE for row in inbox.find(rule, _FEW)]
        # One that changed in between is there twice.
        return list({row["_id"]: row for row in found}.values())

    def _done(self, function: str, place: str, before: str, most: int) -> list[Document]:
        inbox = self._database[f"inbox.{function}"]
        # The sign after the slash.
        last = min(before, f"{place.removesuffix('/')}0")
        found: list[Document] = []
        for span in spans(place, last, datetime.now(UTC), place):
            if len(found) < most:
                with outages():
                    rows = inbox.find({"_id": span, "state": "done"}, _FEW)
                    found += rows.sort("_id", DESCENDING).limit(most - len(found))
        return found

    def _replayed(self, function: str, row_id: str) -> bool:
        try:
            return self.replay(function, row_id)
        except NotAnEvent:
            return False
