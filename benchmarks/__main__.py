"""`python -m benchmarks`: every figure beside its baseline, shown as a table and kept."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks.asking import asking
from benchmarks.burst import burst
from benchmarks.figures import Figure
from benchmarks.idle import idle
from benchmarks.machine import machine
from benchmarks.photos import SAMPLES, two_megapixel_photos
from benchmarks.pure import inference_figures, variants_figures
from benchmarks.relearning import relearning
from benchmarks.site import measured_site
from benchmarks.starts import starts
from benchmarks.swaps import swaps
from benchmarks.table import keep, show
from infra.layout import CHECKOUT
from infra.lifecycle import ready, start

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--photos", type=_FOLDER, default=SAMPLES, help="A folder of .jpg photos.")
@click.option("--burst", "at_once", default=500, help="Photos of the burst.")
@click.option("--idle", "one_by_one", default=100, help="Photos put one by one.")
@click.option(
    "--document",
    type=_FILE,
    default=CHECKOUT / "docs" / "benchmarks.md",
    help="Where the table is kept.",
)
def main(photos: Path, at_once: int, one_by_one: int, document: Path) -> None:
    """Measure everything; some minutes on a quiet machine."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    described = machine()
    began = time.monotonic()
    figures = []
    for figure in _figures(photos, at_once, one_by_one):
        click.echo(f"{time.monotonic() - began:4.0f} s  {' | '.join(figure.cells())}")
        figures.append(figure)
    show(figures, described)
    keep(figures, described, document)


def _figures(folder: Path, at_once: int, one_by_one: int) -> Iterator[Figure]:
    with TemporaryDirectory(prefix="colecionador-bench-") as views:
        photos = two_megapixel_photos(folder, max(at_once, one_by_one), Path(views))
        with measured_site() as site:
            yield from starts(site, photos[:4])
            site.start_functions()
            yield from idle(site, photos[:one_by_one])
            yield from burst(site, photos[:at_once])
            start(site.stack, "scheduler")
            ready(site.stack, "scheduler")
            yield from swaps(site)
            yield from relearning(site)
            yield from asking(site)
    yield from variants_figures(folder)
    # Last, because TensorFlow stays in this process's memory.
    yield from inference_figures()


if __name__ == "__main__":
    main()
