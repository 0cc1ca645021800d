"""A data set from two folders of class folders: one to learn from, one that only judges."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import cores
from functions.augment.variants import NAMES, variants
from functions.classify.backbone import Backbone
from functions.pictures.budget import PixelBudget
from functions.pictures.jpeg import image_jpeg
from functions.pictures.photo import Limits, open_photo
from infra.models import build_models
from scheduler.backbone import version as backbone
from scheduler.learning.dataset import HELD_OUT, TRAIN, VALIDATION, Dataset
from scheduler.version_folder import read_folder

_VALIDATION_SHARE: Final = 2 / 9
"""Of the photos to learn from: the product's 20 of 90."""


class FolderPictures:
    """Photos of this machine as the product would store them; made when asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def image(self, photo: str) -> bytes:
        """The image that on_upload makes of a photo, named by its path in the folder."""
        data = (self._folder / photo).read_bytes()
        with open_photo(data, Limits(), PixelBudget()) as opened:
            return image_jpeg(opened.image)

    def variant(self, photo: str, name: str) -> bytes:
        """One of the variants that augment makes."""
        return dict(variants(self.image(photo)))[name]


class Extractor:
    """Features on every core: one backbone a thread."""

    @cached_property
    def _model(self) -> bytes:
        return read_folder(build_models()[0])[1]["backbone.tflite"]

    def features(self, images: Sequence[Sequence[bytes]]) -> NDArray[np.float32]:
        """(n, k, 1280) of n lists of k images (JPEG) each."""
        share = [images[start :: cores()] for start in range(cores())]
        with ThreadPoolExecutor(cores()) as threads:
            parts = list(threads.map(self._of_share, share))
        found = np.empty((len(images), *parts[0].shape[1:]), np.float32)
        for start, part in enumerate(parts):
            found[start :: cores()] = part
        return found

    def _of_share(self, images: Sequence[Sequence[bytes]]) -> NDArray[np.float32]:
        own = Backbone(backbone.VERSION, self._model)
        return np.stack([[own.features(image) for image in one] for one in images])


def photos_in(folder: Path) -> Iterator[tuple[str, str]]:
    """Path within the folder, and class, of every photo, in order."""
    for path in sorted(folder.glob("*/*.jpg")):
        yield str(path.relative_to(folder)), path.parent.name


def folder_dataset(folder: Path, extractor: Extractor) -> Dataset:
    """`folder/train` to learn from, two ninths of it for validation; `folder/test` held out.

    Raises FileNotFoundError when either holds no photo.
    """
    pictures = FolderPictures(folder)
    told = _in_halves(folder)
    photos = tuple(photo for photo, _, _ in told)
    classes = tuple(sorted({name for _, name, _ in told}))
    images = [pictures.image(photo) for photo in photos]
    return Dataset(
        collection=folder.name,
        backbone=backbone.VERSION,
        photos=photos,
        etags=tuple(hashlib.md5(image, usedforsecurity=False).hexdigest() for image in images),
        classes=classes,
        labels=np.array([classes.index(name) for _, name, _ in told], np.intp),
        sides=np.array([_side(photo, half) for photo, _, half in told]),
        groups=np.arange(len(photos)),
        features=extractor.features([[image] for image in images])[:, 0],
        variants=NAMES,
        variant_features=extractor.features(
            [[jpeg for _, jpeg in variants(image)] for image in images]
        ).astype(np.float16),
        pictures=pictures,
    )


def strangers(folder: Path, known: Dataset, extractor: Extractor) -> Dataset:
    """The photos (`*.jpg`) of a folder that show none of the known classes, as a data set.

    Their labels mean nothing. Raises FileNotFoundError when there is no photo.
    """
    photos = tuple(path.name for path in sorted(folder.glob("*.jpg")))
    if not photos:
        raise FileNotFoundError(f"{folder} has no *.jpg")
    pictures = FolderPictures(folder)
    return replace(
        known,
        photos=photos,
        etags=photos,
        labels=np.zeros(len(photos), np.intp),
        sides=np.full(len(photos), HELD_OUT),
        groups=np.arange(len(photos)),
        features=extractor.features([[pictures.image(photo)] for photo in photos])[:, 0],
        variants=(),
        variant_features=np.zeros((len(photos), 0, known.features.shape[1]), np.float16),
        pictures=pictures,
    )


def _in_halves(folder: Path) -> list[tuple[str, str, str]]:
    """Path, class and half of every photo."""
    told = [
        (f"{half}/{photo}", name, half)
        for half in ("train", "test")
        for photo, name in photos_in(folder / half)
    ]
    if {half for _, _, half in told} != {"train", "test"}:
        raise FileNotFoundError(f"{folder} has no train/CLASS/*.jpg and test/CLASS/*.jpg")
    return told


def _side(photo: str, half: str) -> str:
    if half == "test":
        return HELD_OUT
    share = int.from_bytes(hashlib.sha256(photo.encode()).digest()[:8]) / 2**64
    return VALIDATION if share < _VALIDATION_SHARE else TRAIN
