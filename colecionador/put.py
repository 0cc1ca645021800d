"""`colecionador put`: send photos from folders as a phone sends them."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click

from colecionador.ended import ended, percentile, times
from colecionador.operator import Operator, with_operator
from colecionador.sending import Sender, Sent, files_in
from colecionador.shown import say, show_table, span, with_bar
from functions.runtime import label as labels
from functions.runtime.database import Document

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
        return labels.clean(text) if text is not None else None
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

    Exit code 0 when all were stored and, with --wait, came to an end.
    """
    found = operator.collections.get(collection)
    if found is None:
        raise click.ClickException(
            f"There is no collection {collection!r}. "
            f"To make it: colecionador collection add NAME --id {collection}"
        )
    paths = files_in(places)
    sender = Sender(operator.handout, collection, found["owner"], label, parallel)
    sent = list(with_bar("sending", len(paths), sender.send_all(paths)))
    stored = {one.photo: one for one in sent if one.photo}
    say(f"{len(stored)} of {len(paths)} photos stored in {collection}")
    show_unsent([one for one in sent if not one.photo])
    whole = len(stored) == len(paths)
    sys.exit(0 if (not wait or wait_for(operator, stored)) and whole else 1)


def wait_for(operator: Operator, stored: Mapping[str, Sent]) -> bool:
    """Wait until these photos, by their ids, have ended, and tell how; False when some did not."""
    finished = ended(operator.database["photos"], list(stored))
    records = list(with_bar("working", len(stored), finished))
    for line in told(records, len(stored)):
        say(line)
    at = {photo: one.at for photo, one in stored.items()}
    show_table(
        "from stored to done",
        ("step", "median", "95 %", "longest"),
        steps(records, at, [one.seconds for one in stored.values()]),
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


def told(records: Iterable[Document], sent: int) -> Iterator[str]:
    """How the photos ended, a line for each state, and how many did not."""
    states = [record["state"] for record in records]
    for state in sorted(set(states)):
        yield f"{states.count(state)} {state}"
    if len(states) < sent:
        yield f"{sent - len(states)} still unfinished: `colecionador status` says why"


def steps(
    records: Iterable[Document], stored_at: Mapping[str, datetime], sending: Sequence[float]
) -> list[tuple[str, ...]]:
    """One row for each step: its name, median, 95th percentile and longest time."""
    measured = {**({"sending": list(sending)} if sending else {}), **times(records, stored_at)}
    return [
        (name, *(span(percentile(values, share)) for share in (0.5, 0.95, 1)))
        for name, values in measured.items()
    ]


def show_unsent(unsent: Sequence[Sent]) -> None:
    """A table of the files that were not stored, if there are any."""
    if unsent:
        rows = [(str(one.path), one.code, one.reason) for one in unsent]
        show_table("not sent", ("file", "code", "reason"), rows)
