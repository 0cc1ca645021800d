"""Ids of changes: they sort by the time of the write, and every process gives the same ones."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from bson import Timestamp

KEPT: Final = timedelta(hours=24)
"""How long a change stays in the journal."""

_ID: Final = re.compile(r"[0-9a-f]{20}")
_CLOCKS_DIFFER: Final = timedelta(minutes=1)


def id_of(written: Timestamp, ordinal: int) -> str:
    """The id of the write with this time in Mongo's log, of those at once the one number so."""
    return f"{written.time:08x}{written.inc:08x}{ordinal:04x}"


def id_at(time: datetime) -> str:
    """The id before all of that second."""
    return id_of(Timestamp(int(time.timestamp()), 0), 0)


def time_of(change_id: str) -> datetime:
    """The second an id is of."""
    return datetime.fromtimestamp(int(change_id[:8], 16), UTC)


def is_id(text: str) -> bool:
    """Whether this can be the id of a change."""
    return _ID.fullmatch(text) is not None


def is_kept(change_id: str, now: datetime) -> bool:
    """Whether the journal still has all that came after this id; False also for ids to come."""
    return is_id(change_id) and now - KEPT <= time_of(change_id) <= now + _CLOCKS_DIFFER
