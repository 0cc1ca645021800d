"""Pages of a collection's photos, newest first, read so that a page costs what it shows.

The embedded server reads every row that a range matches before it sorts and cuts. So what is asked
for is a window of time, closed at both ends: about as long as a half of the page before took, and
longer from one window to the next until the page is full. Where a first page began and how long it
took is remembered by this process; what it does not know costs time, and nothing else.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Final, NamedTuple

from pydantic import Field
from pymongo import DESCENDING
from pymongo.collection import Collection

from functions.api.cursor import Cursor
from functions.runtime.database import Document, outages

_FIRST: Final = 60_000
_LONGER: Final = 4
_LONGEST: Final = 100_000_000_000
"""Milliseconds of windows; one longer than the longest goes back to the beginning."""

_CLOCKS_APART: Final = 86_400_000

_Milliseconds = Annotated[int, Field(ge=0, lt=2**42)]
_CURSOR: Final = Cursor(tuple[_Milliseconds, str, _Milliseconds])
_NEWEST_FIRST: Final = [("uploaded_at", DESCENDING), ("_id", DESCENDING)]
_SEEN: Final[dict[str, tuple[int, int]]] = {}
"""Of each collection when its newest photo known was uploaded, and what half a page took then."""

_UNSEEN: Final = {"findings": 0, "label_history": 0, "exposure": 0, "variants": 0}


class Page(NamedTuple):
    """Records, and the cursor of the page after them, None when there is none."""

    records: list[Document]
    next: str | None


def page(
    photos: Collection[Document], collection: str, rule: Document, limit: int, cursor: str | None
) -> Page:
    """The photos of a collection that fit the rule, those after the cursor.

    What arrives meanwhile is newer than every cursor. Raises Wrong for a cursor that is none, and
    Outage.
    """
    last = _CURSOR.read(cursor)
    if last is None:
        windows = _windows_of_first(collection)
    else:
        windows = _windows(last[0], last[0] - last[2], last[2])
        rule = {"$and": [rule, _behind(last[0], last[1])]}
    # A condition that stands beside those of the index, or one deep, makes the embedded server
    # read the whole collection instead.
    deep = {"collection": collection, "$and": [{"$and": [rule]}]}
    found: list[Document] = []
    for window in windows:
        with outages():
            rows = photos.find({**deep, "uploaded_at": window}, _UNSEEN)
            found += rows.sort(_NEWEST_FIRST).limit(limit + 1 - len(found))
        if len(found) > limit:
            return Page(found[:limit], _after(collection, found[:limit]))
    return Page(found, None)


def _windows_of_first(collection: str) -> Iterator[Document]:
    now = _milliseconds(datetime.now(UTC))
    newest, length = _SEEN.get(collection, (now, _FIRST))
    return _windows(now + _CLOCKS_APART, newest - length, length)


def _windows(end: int, begin: int, length: int) -> Iterator[Document]:
    """Ranges back to the beginning of time, each closed at both ends; the first from `begin`."""
    while end >= 0:
        begin = max(0, begin) if length <= _LONGEST else 0
        yield {"$gte": _moment(begin), "$lte": _moment(end)}
        length = max(length, 1) * _LONGER
        end, begin = begin - 1, begin - 1 - length


def _behind(at: int, photo: str) -> Document:
    """What comes after this photo in the order of the list."""
    return {"$or": [{"uploaded_at": {"$lt": _moment(at)}}, {"_id": {"$lt": photo}}]}


def _after(collection: str, shown: list[Document]) -> str:
    first, middle, last = (
        _milliseconds(shown[place]["uploaded_at"]) for place in (0, len(shown) // 2, -1)
    )
    if first > _SEEN.get(collection, (0, 0))[0]:
        _SEEN[collection] = (first, middle - last)
    return _CURSOR.after((last, shown[-1]["_id"], middle - last))


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
