"""How long the steps of photos took that have ended."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from colecionador.client import Answer


def times(records: Iterable[Answer], stored_at: Mapping[str, datetime]) -> dict[str, list[float]]:
    """Seconds from stored to each function's mark, and to the last one, by name (`ready` last).

    `records` are as the api tells them; those without a time in `stored_at` are left out.
    """
    seconds: dict[str, list[float]] = {}
    for record in records:
        stored = stored_at.get(record["id"])
        if stored is None:
            continue
        marks = marks_of(record)
        ends = {**marks, "ready": max(marks.values())} if record["state"] == "ready" else marks
        for name, at in ends.items():
            # Two clocks are compared; a step can't end before it began.
            seconds.setdefault(name, []).append(max(0.0, (at - stored).total_seconds()))
    if "ready" in seconds:
        seconds["ready"] = seconds.pop("ready")
    return seconds


def marks_of(record: Answer) -> dict[str, datetime]:
    """When each function was done with the photo."""
    marks = record.get("functions", {})
    return {name: datetime.fromisoformat(mark["at"]) for name, mark in marks.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share (0 to 1) does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
