"""The built models and folders of photos on this machine, for the scripts that measure."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from functions.classify.answer import Rules
from functions.classify.backbone import Backbone
from functions.classify.head import Head
from functions.runtime.models import BACKBONE, GENERAL
from scheduler.backbone import version as backbone
from scheduler.general import version as general
from scheduler.version_folder import read_folder

FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)


def backbone_in(models: Path) -> Backbone:
    """The backbone that build_models has built there."""
    _, files = read_folder(models / BACKBONE / backbone.VERSION)
    return Backbone(backbone.VERSION, files["backbone.tflite"])


def general_in(models: Path) -> Head:
    """The built-in head that build_models has built there."""
    manifest, files = read_folder(models / GENERAL / general.VERSION)
    return Head(Rules.of(manifest, json.loads(files["labels.json"])), files["model.tflite"])


def photos_in(*folders: Path) -> Iterator[Path]:
    """Every JPEG under the folders, in the order of their names."""
    for folder in folders:
        yield from sorted(folder.rglob("*.jpg"))
