"""`python -m benchmarks.accuracy`: the accuracy table, shown and kept in docs/accuracy.md."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from benchmarks.accuracy.folders import Extractor, folder_dataset, strangers
from benchmarks.figures import Figure
from benchmarks.machine import machine
from benchmarks.table import keep, show
from infra.layout import CHECKOUT

GOALS: Final = {"clothes": 88.0, "minerals": 80.0}

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("data", type=_FOLDER)
@click.option(
    "--without-cnn", is_flag=True, help="Leave out the networks from scratch: half an hour less."
)
@click.option(
    "--document",
    type=_FILE,
    default=CHECKOUT / "docs" / "accuracy.md",
    help="Where the table is kept.",
)
def main(data: Path, without_cnn: bool, document: Path) -> None:
    """Measure the recipes on the folders of DATA; with networks from scratch most of an hour."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    described, began = machine(), time.monotonic()
    figures = []
    for figure in _figures(data, not without_cnn):
        click.echo(f"{time.monotonic() - began:4.0f} s  {' | '.join(figure.cells())}")
        figures.append(figure)
    show(figures, described)
    keep(figures, described, document)


def _figures(data: Path, with_cnn: bool) -> Iterator[Figure]:
    # Imported late: TensorFlow reads the variable that main sets.
    from benchmarks.accuracy.digits import digits_figures
    from benchmarks.accuracy.recipes import accuracy, learned, unknowns

    extractor = Extractor()
    for name, goal in GOALS.items():
        dataset = folder_dataset(data / name, extractor)
        head = learned(dataset, "transfer")
        yield from accuracy(dataset, head, goal)
        foreign = strangers(data / "imagenet", dataset, extractor)
        yield from unknowns(dataset, foreign, head, goals=name == "clothes")
        if with_cnn:
            yield from accuracy(dataset, learned(dataset, "cnn"), None)
    yield from digits_figures(data / "digits" / "mnist.npz")


if __name__ == "__main__":
    main()
