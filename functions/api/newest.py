"""Pages of what is named by UUIDv7, newest first, read so that a page costs what it shows.

The embedded server reads every row that a range matches before it sorts and cuts. The ids begin
with their time, so ranges of them are asked for that go back a little, then further and further,
until the page is full.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from pymongo import DESCENDING
from pymongo.collection import Collection

from functions.api.cursor import Cursor, PageQuery
from functions.runtime.database import LONG_AGO, Document, outages

FIRST: Final = "0"
LAST: Final = "g"
"""Ends of a range that holds every UUID."""

_CURSOR: Final = Cursor(tuple[UUID])
_SECOND: Final = timedelta(seconds=1)
_LONGER: Final = 4
_STEPS: Final = 17
"""As many as it takes from a second to more than a century."""


class Page(NamedTuple):
    """Rows, and the cursor of the page after them, None when there is none."""

    rows: list[Document]
    next: str | None


def newest(
    rows: Collection[Document],
    rule: Document,
    query: PageQuery,
    first: str = FIRST,
    last: str = LAST,
) -> Page:
    """The rows that fit the rule, with ids from `first` to before `last`, those after the cursor.

    Raises Wrong for a cursor that is none, and Outage.
    """
    end, begin = last, datetime.now(UTC)
    if (cursor := _CURSOR.read(query.cursor)) is not None:
        end, begin = min(last, str(cursor[0])), min(begin, time_of(cursor[0]))
    found: list[Document] = []
    for span in spans(first, end, begin):
        with outages():
            read = rows.find({**rule, "_id": span}).sort("_id", DESCENDING)
            found += read.limit(query.limit + 1 - len(found))
        if len(found) > query.limit:
            page = found[: query.limit]
            return Page(page, _CURSOR.after((UUID(page[-1]["_id"]),)))
    return Page(found, None)


def spans(first: str, last: str, begin: datetime, before: str = "") -> Iterator[dict[str, Any]]:
    """Ranges that together hold the ids from `first` to before `last`, the newest first.

    The first one ends with `last` and goes back to a second before `begin`. `before` is what
    stands in front of the time in these ids.
    """
    end, length = last, _SECOND
    for step in range(_STEPS):
        low = first
        if step < _STEPS - 1 and begin - LONG_AGO > length:
            low = min(end, max(first, before + id_at(begin - length)))
        if low < end:
            yield {"$gte": low, "$lt": end}
        end, length = low, length * _LONGER


def id_at(at: datetime) -> str:
    """What the ids of this moment (to the millisecond) and later ones are not less than."""
    milliseconds = max(0, (at - LONG_AGO) // timedelta(milliseconds=1))
    begin = f"{milliseconds:012x}"
    return f"{begin[:8]}-{begin[8:]}"


def time_of(own_id: UUID) -> datetime:
    """When this id was made; the end of all time for one that is no UUIDv7."""
    try:
        return LONG_AGO + timedelta(milliseconds=own_id.int >> 80)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
