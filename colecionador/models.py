"""`colecionador models`: a collection's model versions, and which of them was live when."""

from pathlib import Path

import click

from colecionador.operator import Operator, with_operator
from colecionador.shown import moment, say, show_table
from colecionador.versions import Shown, versions_of
from functions.runtime.database import Document
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import GENERAL, Models
from scheduler import model_log


@click.command()
@click.argument("collection")
@click.option("--save", "version", metavar="VERSION", help="Save this version's files ...")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="... in this folder, its report.html among them; VERSION without it.",
)
@with_operator
def models(operator: Operator, collection: str, version: str | None, into: Path | None) -> None:
    """The model versions of COLLECTION, newest first, and what was live when."""
    found = operator.collection(collection)
    try:
        if version is not None:
            _save(operator, collection, version, into or Path(version))
            return
        _show(operator, found)
    except BrokenVersion as broken:
        raise click.ClickException(f"In the models of {collection}, {broken}.") from broken


def _show(operator: Operator, found: Document) -> None:
    collection = str(found["_id"])
    rows = [_cells(shown) for shown in versions_of(operator, found)]
    columns = ("version", "is", "kind", "made", "photos", "accuracy", "decision")
    show_table(f"models of {collection}", columns, rows)
    if Models(operator.storage).pointer(collection) is None:
        say(f"The built-in model answers for {collection}.")
    say("")
    lines = [
        (
            moment(line["at"]),
            line["version"] or GENERAL,
            line["previous"] or GENERAL,
            line["by"],
            line["why"],
        )
        for line in model_log.read(operator.database, collection)
    ]
    show_table("live since", ("at", "current", "before it", "by", "why"), lines)


def _cells(shown: Shown) -> tuple[str, ...]:
    return (
        shown.version,
        ", ".join(shown.marks),
        shown.kind,
        moment(shown.made),
        shown.photos,
        shown.accuracy,
        shown.reason,
    )


def _save(operator: Operator, collection: str, version: str, into: Path) -> None:
    whole = Models(operator.storage).version(collection, version)
    try:
        into.mkdir(parents=True, exist_ok=True)
        for name, data in whole.files.items():
            (into / name).write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{into} can't be written: {error.strerror}.") from error
    say(f"saved {len(whole.files)} files of {version} in {into}")
