"""`colecionador compare`: several ways to learn side by side, on the same photos."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from colecionador.operator import Operator, with_operator
from colecionador.shown import say, show_table, span
from colecionador.training_here import steps_shown, training_here
from functions.runtime.database import Document

if TYPE_CHECKING:
    from scheduler.learning.dataset import Dataset
    from scheduler.learning.recipe import Recipe
    from scheduler.learning.report.comparison import Compared

NAMES = ("linear", "seed", "tuned", "transfer")


@click.command()
@click.argument("collection")
@click.option(
    "--candidates",
    "names",
    default=",".join(NAMES),
    show_default=True,
    help="Some of them, separated by commas.",
)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where table and plot are written; ./comparison-COLLECTION-TIME without it.",
)
@with_operator
def compare(operator: Operator, collection: str, names: str, into: Path | None) -> None:
    """Train candidates for COLLECTION here and judge all of them on the same photos.

    Nothing is published by it.
    """
    chosen = [name.strip() for name in names.split(",")]
    if unknown := [name for name in chosen if name not in NAMES]:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(NAMES)}.")
    document = operator.collection(collection)
    with training_here():
        told, rows = _compared(operator, document, chosen)
        into = into or Path(f"comparison-{collection}-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        _write(into, rows, told)
    show_table("candidates", _COLUMNS, [_cells(row) for row in rows])
    say(told)
    say(f"Written into {into}/")


def _compared(
    operator: Operator, collection: Document, names: Sequence[str]
) -> "tuple[str, list[Compared]]":
    # Imported late: they bring TensorFlow and more, which other commands do without.
    from scheduler.learning.cnn.compare import candidate, compared, parted

    recipes = {name: candidate(name, collection) for name in names}
    here = {name: recipe for name, recipe in recipes.items() if recipe is not None}
    for name in recipes.keys() - here.keys():
        say(f"{name}: not there; `colecionador tune {collection['_id']}` makes it. Left out.")
    if not here:
        raise click.ClickException("There is nothing to compare.")
    dataset = _dataset(operator, collection["_id"], here)
    parting = parted(dataset)
    rows = []
    for name, recipe in here.items():
        with steps_shown(name) as watch:
            rows.append(compared(name, recipe, dataset, parting, watch))
    return parting.told, rows


def _dataset(operator: Operator, collection: str, recipes: "dict[str, Recipe]") -> "Dataset":
    from scheduler.learning.cnn.pixels import with_pictures_of_variants
    from scheduler.learning.dataset import TRAIN, VALIDATION
    from scheduler.learning.photos.reading import read_dataset
    from scheduler.learning.photos.variant_features import with_variants

    database, storage = operator.database, operator.storage
    dataset = read_dataset(database, storage, collection).dataset
    if "transfer" not in recipes:
        return with_pictures_of_variants(dataset)
    with steps_shown("features") as watch:
        rows, threads = dataset.on(TRAIN, VALIDATION), os.cpu_count() or 1
        return with_variants(dataset, rows, database, storage, watch, threads)


_COLUMNS = ("candidate", "accuracy", "95 %", "macro F1", "parameters", "training", "bytes")


def _cells(row: "Compared") -> tuple[str, ...]:
    return (
        row.name,
        f"{row.accuracy:.3f}",
        f"{row.interval.low:.3f} to {row.interval.high:.3f}",
        f"{row.macro_f1:.3f}",
        f"{row.parameters:,}",
        span(row.seconds),
        f"{row.bytes:,}",
    )


def _write(into: Path, rows: "Sequence[Compared]", told: str) -> None:
    from scheduler.learning.report.comparison import comparison_files

    into.mkdir(parents=True, exist_ok=True)
    for name, data in comparison_files(rows).items():
        (into / name).write_bytes(data)
    (into / "judged.txt").write_text(f"{told}\n")
