"""Builds the models that come with the product: `python -m scheduler.build_models --into DIR`."""

import time
from pathlib import Path

import click

from functions.runtime.models import BACKBONE, GENERAL
from scheduler.backbone import version as backbone
from scheduler.general import version as general
from scheduler.quiet import quiet_tensorflow
from scheduler.version_folder import is_whole

SHIPPED = (
    (BACKBONE, backbone.VERSION, backbone.built),
    (GENERAL, general.VERSION, general.built),
)


def build_models(into: Path) -> list[Path]:
    """The folders of the shipped versions, the backbone first; built where they are missing.

    Raises WrongWeights when the published weights can't be found.
    """
    folders = []
    for collection, version, built in SHIPPED:
        folder = into / collection / version
        if not is_whole(folder):
            started = time.monotonic()
            click.echo(f"building the model {collection}/{version} (some 20 s) ...")
            built().write(into)
            click.echo(f"built {collection}/{version} in {time.monotonic() - started:.0f} s")
        folders.append(folder)
    return folders


@click.command()
@click.option("--into", required=True, type=click.Path(file_okay=False, path_type=Path))
def main(into: Path) -> None:
    """Builds the backbone and the built-in head into DIR, unless they are there."""
    quiet_tensorflow()
    for folder in build_models(into):
        click.echo(folder)


if __name__ == "__main__":
    main()
