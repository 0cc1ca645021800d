"""Prints how often the built-in head is right about photos whose file names begin with a wnid:

    python -m scheduler.general.measure --models DIR --photos FOLDER

The table is what `THRESHOLD` in scheduler/general/version.py was chosen from.
"""

from pathlib import Path

import click
import numpy as np

from scheduler.general.local import FOLDER, backbone_in, general_in, photos_in
from scheduler.general.version import wnids


@click.command()
@click.option("--models", required=True, type=FOLDER, help="Where build_models has built.")
@click.option("--photos", required=True, type=FOLDER, help="JPEGs named <wnid>_<anything>.jpg.")
def main(models: Path, photos: Path) -> None:
    """Top-1, top-5, and by threshold: how many get a name, and how many names are right."""
    backbone, head = backbone_in(models), general_in(models)
    name_of = wnids()
    confidences, first, five = [], [], []
    for photo in photos_in(photos):
        top = head.answer(backbone.features(photo.read_bytes())).top
        right = [guess.category == name_of[photo.name.split("_")[0]] for guess in top]
        confidences.append(top[0].confidence)
        first.append(right[0])
        five.append(any(right))
    click.echo(f"{len(first)} photos: top-1 {np.mean(first):.3f}, top-5 {np.mean(five):.3f}")
    click.echo("threshold  named  right of the named")
    for threshold in np.arange(0.0, 0.75, 0.05):
        named = np.array(confidences) >= threshold
        click.echo(f"{threshold:9.2f}  {named.sum():5d}  {np.array(first)[named].mean():.3f}")


if __name__ == "__main__":
    main()
