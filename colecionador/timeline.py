"""`colecionador timeline`: everything that happened to one photo, in order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click

from colecionador.find import Found, find_one
from colecionador.operator import Operator, with_operator
from colecionador.shown import clock, moment, say, show_table, span
from functions.runtime.database import Document, outages
from functions.runtime.storage import ObjectStat


@dataclass(frozen=True)
class Entry:
    """One thing that happened at `at`; `who` is a function or the side it happened on."""

    at: datetime
    who: str
    what: str
    took: float | None = None
    version: str = ""
    detail: str = ""


@click.command()
@click.argument("photo")
@with_operator
def timeline(operator: Operator, photo: str) -> None:
    """Hand-out, object, every event and attempt: PHOTO is an id, a part of it, a name or a key."""
    _show(operator, find_one(operator, photo))


def _show(operator: Operator, one: Found) -> None:
    for line in summary(one):
        say(line)
    told = sorted(
        [*of_record(one.record), *_of_object(operator, one), *_of_rows(operator, one)],
        key=lambda entry: entry.at,
    )
    one_day = len({each.at.date() for each in told}) == 1
    if one_day:
        say(f"  on {told[0].at.date()} (UTC)")
    time = clock if one_day else moment
    rows = [
        (time(each.at), each.who, each.what, span(each.took), each.version, each.detail)
        for each in told
    ]
    show_table("timeline", ("at (UTC)", "who", "what", "took", "version", "detail"), rows)


def summary(one: Found) -> Iterator[str]:
    """What a photo is now, in a few lines."""
    if one.photo is None:
        yield f"uploads/{one.key} is no photo"
        return
    yield f"photo {one.id} in {one.photo.collection}: {one.said('state')}"
    for name in ("filename", "owner", "label", "category", "model"):
        if one.record.get(name):
            yield f"  {name}: {one.record[name]}"
    if one.record.get("pending"):
        yield f"  pending: {', '.join(one.record['pending'])}"
    if one.record.get("error"):
        yield f"  error: {one.record['error']['detail']} ({one.record['error']['code']})"


def of_record(record: Document) -> Iterator[Entry]:
    """What only the record tells: when the photo was handed out, and when it was removed."""
    if record.get("form_expires_at"):
        until = f"form good until {clock(record['form_expires_at'])}"
        yield Entry(record["uploaded_at"], "hand-out", "expected", detail=until)
    if record.get("removed_at"):
        yield Entry(record["removed_at"], "record", "removed")


def of_object(stored: ObjectStat) -> Entry:
    """The object as it lies in storage now."""
    detail = f"{stored.size:,} bytes, {short(stored.etag)}"
    return Entry(stored.modified.astimezone(UTC), "storage", "stored", detail=detail)


def of_row(function: str, row: Document, marks: Mapping[str, Any]) -> Iterator[Entry]:
    """Events and attempts of one delivery; the version is known of the attempt that left a mark."""
    mark = marks.get(function, {})
    for event in row.get("events", []):
        what = "event" if event["news"] else "same event"
        yield Entry(event["at"], function, what, detail=short(event["content"]))
    for attempt in row.get("attempts", []):
        took = (attempt["ended"] - attempt["at"]).total_seconds()
        version = mark["version"] if mark.get("token") == attempt.get("token", "none") else ""
        said = ": ".join(attempt[name] for name in ("code", "reason") if attempt.get(name))
        yield Entry(attempt["at"], function, attempt["outcome"], took, version, said)
    if row["state"] in ("waiting", "running"):
        yield Entry(row["due"], function, f"{row['state']}, due")


def short(content: str) -> str:
    """An etag as people compare it; `gone` and `?` as words."""
    return {"gone": "gone", "?": "somebody asked"}.get(content, f"etag {content[:8]}")


def _of_object(operator: Operator, one: Found) -> Iterator[Entry]:
    if one.key is not None:
        listed = operator.storage.list("uploads", one.key)
        yield from (of_object(stored) for stored in listed if stored.key == one.key)


def _of_rows(operator: Operator, one: Found) -> Iterator[Entry]:
    for wired in operator.stack.rows:
        upload = wired.listens_to == "uploads"
        key = one.key if upload else one.photo and one.photo.image
        with outages():
            row = operator.database[wired.inbox].find_one({"_id": f"{wired.listens_to}/{key}"})
        if row:
            yield from of_row(wired.function, row, one.record.get("functions", {}))
