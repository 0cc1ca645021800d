"""Everything that happened to one photo, from its record, its object and its deliveries; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from functions.runtime.database import Document
from functions.runtime.event import GONE
from functions.runtime.rules import LOOK_AGAIN
from functions.runtime.storage import ObjectStat

HAND_OUT, STORAGE, RECORD = "hand-out", "storage", "record"
"""Who did what no function did."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened at `at` and took so many seconds; `who` is a function or a side."""

    at: datetime
    who: str
    what: str
    took: float | None = None
    version: str = ""
    code: str = ""
    reason: str = ""


def timeline(
    record: Document, stored: ObjectStat | None, rows: Mapping[str, Document]
) -> list[Entry]:
    """All of it in order; `rows` are the deliveries that are left, by function."""
    marks = record.get("functions", {})
    told = [*of_record(record), *of_marks(marks, rows)]
    if stored is not None:
        told.append(of_object(stored))
    for function, row in rows.items():
        told += of_row(function, row, marks)
    return sorted(told, key=lambda entry: entry.at)


def of_record(record: Document) -> Iterator[Entry]:
    """What only the record tells: when the photo was handed out, and when it was removed."""
    if record.get("form_expires_at"):
        until = f"form good until {record['form_expires_at']:%H:%M:%S}"
        yield Entry(record["uploaded_at"], HAND_OUT, "expected", reason=until)
    if record.get("removed_at"):
        yield Entry(record["removed_at"], RECORD, "removed")


def of_object(stored: ObjectStat) -> Entry:
    """The object as it lies in storage now."""
    reason = f"{stored.size:,} bytes, {short(stored.etag)}"
    return Entry(stored.modified.astimezone(UTC), STORAGE, "stored", reason=reason)


def of_row(function: str, row: Document, marks: Mapping[str, Any]) -> Iterator[Entry]:
    """Events and attempts of one delivery; the version is known of the attempt that left a mark."""
    mark = marks.get(function, {})
    for event in row.get("events", []):
        what = "event" if event["news"] else "same event"
        yield Entry(event["at"], function, what, reason=short(event["content"]))
    for attempt in row.get("attempts", []):
        took = (attempt["ended"] - attempt["at"]).total_seconds()
        version = mark["version"] if mark.get("token") == attempt.get("token", "none") else ""
        said = {name: attempt.get(name) or "" for name in ("code", "reason")}
        yield Entry(attempt["at"], function, attempt["outcome"], took, version, **said)
    if row["state"] in ("waiting", "running"):
        yield Entry(row["due"], function, row["state"], reason="due")


def of_marks(marks: Mapping[str, Any], rows: Mapping[str, Document]) -> Iterator[Entry]:
    """The last word of each function whose attempt is not in its delivery (any more)."""
    for function, mark in marks.items():
        attempts = rows.get(function, {}).get("attempts", [])
        if mark.get("token", "none") not in [attempt.get("token") for attempt in attempts]:
            code, reason = mark.get("code") or "", mark.get("reason") or ""
            yield Entry(mark["at"], function, mark["state"], None, mark["version"], code, reason)


def short(content: str) -> str:
    """An etag as people compare it; `gone` and `?` as words."""
    return {GONE: "gone", LOOK_AGAIN: "somebody asked"}.get(content, f"etag {content[:8]}")
