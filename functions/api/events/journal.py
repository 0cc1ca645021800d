"""The journal in Mongo: every change of the last 24 hours, and how far it goes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import Any, Final, Self

from pymongo import DESCENDING
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.api.events.change import NOWHERE, Change
from functions.api.events.moment import KEPT, id_at, time_of
from functions.runtime.database import Document, outages

_POSITION: Final = "position"
_BEHIND_ALL: Final = "g"
_SLICE: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Position:
    """How far the change stream was read: its token there, and the id of the last change."""

    token: Mapping[str, Any]
    last: str


class Journal:
    """The collection `changes`. Every method raises Outage when Mongo can't be used."""

    def __init__(self, changes: Collection[Document]) -> None:
        self._changes = changes

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The journal of this database."""
        return cls(database["changes"])

    def add(self, change: Change) -> None:
        """Write a change down, unless another process has."""
        with outages(), suppress(DuplicateKeyError):
            self._changes.insert_one(change.row)

    def between(self, collections: Sequence[str], after: str, upto: str) -> Iterator[Change]:
        """Changes of these collections and resets, in order, with ids from `after` (not with it)
        up to `upto`."""
        begin = max(after, id_at(datetime.now(UTC) - KEPT))
        while begin < upto:
            # In slices: a range costs as much as it has rows, however few of them are wanted.
            end = min(upto, id_at(time_of(begin) + _SLICE))
            found = (self._slice(one, begin, end) for one in (NOWHERE, *collections))
            yield from merge(*found, key=lambda change: change.id)
            begin = end

    def _slice(self, collection: str, begin: str, end: str) -> Iterator[Change]:
        rule = {"collection": collection, "_id": {"$gt": begin, "$lte": end}}
        with outages():
            yield from map(Change.of, self._changes.find(rule).sort("_id"))

    def newest(self, since: str) -> str:
        """The id of the newest change there is, or else `since`; another process may have gone on.

        Costs as much as there is after `since`.
        """
        rule = {"_id": {"$gte": since, "$lt": _BEHIND_ALL}}
        with outages():
            found = self._changes.find_one(rule, {"_id": 1}, sort=[("_id", DESCENDING)])
        return str(found["_id"]) if found else since

    def position(self) -> Position | None:
        """How far it goes; None when there is no journal yet."""
        with outages():
            row = self._changes.find_one({"_id": _POSITION})
        return Position(row["token"], row["last"]) if row else None

    def keep(self, position: Position) -> None:
        """It goes so far now."""
        told = {"token": dict(position.token), "last": position.last}
        with outages():
            if self._changes.update_one({"_id": _POSITION}, {"$set": told}).matched_count:
                return
            with suppress(DuplicateKeyError):
                self._changes.insert_one({"_id": _POSITION, **told})
