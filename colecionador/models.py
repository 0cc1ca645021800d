"""`colecionador models`: a collection's model versions, and which of them was live when."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import click

from colecionador.operator import Operator, with_operator
from colecionador.shown import moment, say, show_table
from functions.learning.told_report import ReportNumbers
from functions.learning.versions import ModelVersion, finished, marks, read_version, versions_in
from functions.runtime.database import Document
from functions.runtime.manifest import NEAREST, BrokenVersion
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
    collection, storage = str(found["_id"]), operator.storage
    pointer = Models(storage).pointer(collection)
    rows = [
        _cells(
            read_version(storage, collection, name, at), marks(name, pointer, found.get("pinned"))
        )
        for name, at in finished(versions_in(storage, collection)).items()
    ]
    columns = ("version", "is", "kind", "made", "photos", "accuracy", "decision")
    show_table(f"models of {collection}", columns, rows)
    if pointer is None:
        say(f"The built-in model answers for {collection}.")
    say("")
    lines = [_line(line) for line in without_passing(model_log.read(operator.database, collection))]
    show_table("live since", ("at", "current", "before it", "by", "why"), lines)


def without_passing(log: Sequence[Document]) -> list[Document]:
    """The log, newest first, without `nearest` versions that another one followed at once.

    While labels come in there is a new one each second, and the last of them tells it all.
    """
    passing = [one["by"] == next_one["by"] == NEAREST for next_one, one in pairwise(log)]
    return [line for line, passed in zip(log, [False, *passing], strict=False) if not passed]


def _line(line: Document) -> tuple[str, ...]:
    version, previous = line["version"] or GENERAL, line["previous"] or GENERAL
    return moment(line["at"]), version, previous, line["by"], line["why"]


def _cells(one: ModelVersion, marked: Sequence[str]) -> tuple[str, ...]:
    return (
        one.version,
        ", ".join(marked),
        one.kind,
        moment(one.made),
        "" if one.photos is None else str(one.photos),
        _accuracy(one.report),
        one.report.reason if one.report else "",
    )


def _accuracy(report: ReportNumbers | None) -> str:
    """Such as `87 % (80 to 92 %)`; empty when nothing was judged."""
    judged = report.judged if report else None
    if judged is None or judged.accuracy is None or judged.interval is None:
        return ""
    low, high = judged.interval.low, judged.interval.high
    return f"{judged.accuracy:.0%} ({100 * low:.0f} to {high:.0%})"


def _save(operator: Operator, collection: str, version: str, into: Path) -> None:
    whole = Models(operator.storage).version(collection, version)
    try:
        into.mkdir(parents=True, exist_ok=True)
        for name, data in whole.files.items():
            (into / name).write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{into} can't be written: {error.strerror}.") from error
    say(f"saved {len(whole.files)} files of {version} in {into}")
