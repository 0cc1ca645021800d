"""`colecionador put`: send photos from folders as a phone sends them."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click

from colecionador.client import Answer, Client, NotFound, Sent
from colecionador.ended import percentile, times
from colecionador.files import files_in
from colecionador.operator import Operator, with_operator
from colecionador.shown import safe, say, show_table, span, with_bar
from colecionador.signed_in import signed_in
from functions.runtime.label import clean

in_parallel = click.option(
    "--parallel",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Photos sent at once.",
)
until_ready = click.option(
    "--wait", is_flag=True, help="Wait until every photo is ready or refused."
)


def _label(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    try:
        return clean(text) if text is not None else None
    except ValueError as reason:
        raise click.BadParameter(str(reason)) from reason


@click.command()
@click.argument(
    "places",
    metavar="FOLDER...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option("--collection", required=True, help="The collection's id.")
@click.option("--label", callback=_label, help="A label for all of them.")
@in_parallel
@until_ready
@with_operator
def put(
    operator: Operator,
    places: tuple[Path, ...],
    collection: str,
    label: str | None,
    parallel: int,
    wait: bool,
) -> None:
    """Send every file of each FOLDER (or single files); hidden files are left out.

    What the collection has already is not sent again, so that it can be interrupted and run again.
    Exit code 0 when all were stored and, with --wait, came to an end.
    """
    paths = files_in(places)
    with signed_in(operator.stack, parallel) as client:
        _check_there(operator, client, collection)
        sending = client.uploads.send_all(collection, paths, label)
        sent = list(with_bar("sending", len(paths), sending))
        say(stored_in(collection, sent))
        show_unsent(sent)
        whole = all(one.photo for one in sent)
        sys.exit(0 if (not wait or wait_for(client, sent)) and whole else 1)


def _check_there(operator: Operator, client: Client, collection: str) -> None:
    """Before anything is read: else every single file would be refused for it."""
    try:
        client.collections.get(collection)
    except NotFound as error:
        raise click.ClickException(
            f"There is no collection {collection!r} for {operator.stack.secrets['ADMIN_USER']}."
            f" To make it: colecionador collection add NAME --id {safe(collection)}"
        ) from error


def stored_in(collection: str, sent: Sequence[Sent]) -> str:
    """How many came in, and how many were there already."""
    there = sum(one.duplicate for one in sent)
    stored = sum(bool(one.photo) for one in sent) - there
    also = f", {there} {'was' if there == 1 else 'were'} there already" if there else ""
    return f"{stored} of {len(sent)} photos stored in {collection}{also}"


def wait_for(client: Client, sent: Iterable[Sent]) -> bool:
    """Wait until the photos that came in have ended, and tell how; False when some did not."""
    stored = {one.photo: one for one in sent if one.photo}
    records = list(with_bar("working", len(stored), client.photos.ended(stored)))
    for line in told(records, len(stored)):
        say(line)
    new = {photo: one for photo, one in stored.items() if not one.duplicate}
    at = {photo: one.at for photo, one in new.items()}
    show_table(
        "from stored to done",
        ("step", "median", "95 %", "longest"),
        steps(records, at, [one.seconds for one in new.values()]),
    )
    refused = [one for one in records if one["state"] in ("rejected", "failed")]
    if refused:
        rows = [
            (one["state"], one["filename"], one["error"]["code"], one["error"]["detail"])
            for one in refused
        ]
        say("")
        show_table("refused", ("state", "filename", "code", "reason"), rows)
    return len(records) == len(stored)


def told(records: Iterable[Answer], sent: int) -> Iterator[str]:
    """How the photos ended, a line for each state, and how many did not."""
    states = [record["state"] for record in records]
    for state in sorted(set(states)):
        yield f"{states.count(state)} {state}"
    if len(states) < sent:
        yield f"{sent - len(states)} still unfinished: `colecionador status` says why"


def steps(
    records: Iterable[Answer], stored_at: Mapping[str, datetime], sending: Sequence[float]
) -> list[tuple[str, ...]]:
    """One row for each step: its name, median, 95th percentile and longest time."""
    measured = {**({"sending": list(sending)} if sending else {}), **times(records, stored_at)}
    return [
        (name, *(span(percentile(values, share)) for share in (0.5, 0.95, 1)))
        for name, values in measured.items()
    ]


def show_unsent(sent: Iterable[Sent]) -> None:
    """A table of the files that were not stored, if there are any."""
    rows = [(str(one.path), one.code, one.reason) for one in sent if not one.photo]
    if rows:
        show_table("not sent", ("file", "code", "reason"), rows)
