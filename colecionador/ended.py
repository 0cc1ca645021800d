"""Waits for photos to end, and says how long each step took them."""

import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from pymongo.collection import Collection

from functions.runtime.database import Document, outages
from functions.runtime.faults import Outage

ENDS: Final = ("ready", "rejected", "failed", "removed")
"""States in which nothing more happens to a photo by itself."""

PATIENCE_SECONDS: Final = 300.0
_ASKED_AT_ONCE: Final = 200
_PAUSE_SECONDS: Final = 0.2


def ended(
    photos: Collection[Document], ids: Sequence[str], patience: float = PATIENCE_SECONDS
) -> Iterator[Document]:
    """The records of these photos as they end, in the order of their ends.

    Stops early when none has ended for `patience` seconds; Mongo may be away for as long.
    """
    open_ids = dict.fromkeys(ids)
    last = time.monotonic()
    while open_ids and time.monotonic() - last < patience:
        # Some at a time, the oldest first, so that no question grows with the batch.
        asked = list(open_ids)[:_ASKED_AT_ONCE]
        found = _found(photos, asked)
        for record in found:
            del open_ids[record["_id"]]
            yield record
        if found:
            last = time.monotonic()
        else:
            time.sleep(_PAUSE_SECONDS)


def _found(photos: Collection[Document], asked: Sequence[str]) -> list[Document]:
    try:
        with outages():
            return list(photos.find({"_id": {"$in": asked}, "state": {"$in": ENDS}}))
    except Outage:
        return []


def times(records: Iterable[Document], stored_at: Mapping[str, datetime]) -> dict[str, list[float]]:
    """Seconds from stored to each function's mark, and to the last one, by name (`ready` last)."""
    seconds: dict[str, list[float]] = {}
    for record in records:
        stored = stored_at[record["_id"]]
        marks = {name: mark["at"] for name, mark in record.get("functions", {}).items()}
        ends = {**marks, "ready": max(marks.values())} if record["state"] == "ready" else marks
        for name, at in ends.items():
            # Two clocks are compared; a step can't end before it began.
            seconds.setdefault(name, []).append(max(0.0, (at - stored).total_seconds()))
    if "ready" in seconds:
        seconds["ready"] = seconds.pop("ready")
    return seconds


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share (0 to 1) does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
