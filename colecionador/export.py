"""`colecionador export`: a collection's labelled photos as a folder of class folders."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from colecionador.exporting import MISSING, THERE, WRITTEN, Exported, Exporter
from colecionador.operator import Operator, with_operator
from colecionador.shown import say, show_table, with_bar
from functions.runtime.database import Document, outages


@click.command()
@click.argument("collection")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--images", is_flag=True, help="The upright JPEGs in place of the originals.")
@with_operator
def export(operator: Operator, collection: str, folder: Path, images: bool) -> None:
    """Write the labelled photos of COLLECTION to FOLDER, each into the folder of its label.

    What is there already stays; run again, only what is missing is added. Nothing is deleted.
    `colecionador import` takes the folder in again with the same labels.
    """
    operator.collection(collection)
    records = labelled(operator, collection)
    exporter = Exporter(operator.storage, folder, images)
    done = list(with_bar("writing", len(records), _all(exporter, records)))
    counts = Counter(one.state for one in done)
    say(f"{counts[WRITTEN]} written to {folder}, {counts[THERE]} were there")
    stray = _strays(folder, done)
    if stray:
        say(f"{stray} other files are in {folder}: not of these photos, or of earlier labels")
    left = [one for one in done if one.state not in (WRITTEN, THERE)]
    if left:
        rows = [(one.photo, one.state, one.reason) for one in left]
        show_table("not written", ("photo", "code", "reason"), rows)
    # A photo that was removed in the meantime is no failure.
    if any(one.state != MISSING for one in left):
        raise SystemExit(1)


def labelled(operator: Operator, collection: str) -> list[Document]:
    """The records of the collection's photos with a label, the oldest first; raises Outage."""
    rule = {"collection": collection, "label": {"$gt": ""}}
    with outages():
        return sorted(operator.database["photos"].find(rule), key=lambda one: str(one["_id"]))


def _all(exporter: Exporter, records: list[Document]) -> Iterator[Exported]:
    try:
        for record in records:
            yield exporter.export(record)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from error


def _strays(folder: Path, done: list[Exported]) -> int:
    ours = {one.path for one in done}
    files = (path for path in folder.glob("*/*") if path.is_file())
    return sum(path not in ours and not path.name.startswith(".") for path in files)
