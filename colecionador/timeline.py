"""`colecionador timeline`: everything that happened to one photo, in order."""

from collections.abc import Iterator

import click

from colecionador.find import Found, find_one
from colecionador.operator import Operator, with_operator
from colecionador.shown import clock, moment, say, show_table, span
from functions.runtime.database import Document, outages
from functions.runtime.timeline import Entry
from functions.runtime.timeline import timeline as timeline_of


@click.command()
@click.argument("photo")
@with_operator
def timeline(operator: Operator, photo: str) -> None:
    """Hand-out, object, every event and attempt: PHOTO is an id, a part of it, a name or a key."""
    _show(operator, find_one(operator, photo))


def _show(operator: Operator, one: Found) -> None:
    for line in summary(one):
        say(line)
    stored = operator.storage.stat("uploads", one.key) if one.key is not None else None
    told = timeline_of(one.record, stored, _rows(operator, one))
    one_day = len({each.at.date() for each in told}) == 1
    if one_day:
        say(f"  on {told[0].at.date()} (UTC)")
    time = clock if one_day else moment
    rows = [
        (time(each.at), each.who, each.what, span(each.took), each.version, detail(each))
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


def detail(entry: Entry) -> str:
    """Code and reason of an entry, as far as it has them."""
    return ": ".join(text for text in (entry.code, entry.reason) if text)


def _rows(operator: Operator, one: Found) -> dict[str, Document]:
    rows = {}
    for wired in operator.stack.rows:
        upload = wired.listens_to == "uploads"
        key = one.key if upload else one.photo and one.photo.image
        with outages():
            row = operator.database[wired.inbox].find_one({"_id": f"{wired.listens_to}/{key}"})
        if row:
            rows[wired.function] = row
    return rows
