"""The pictures of a data set as small squares of pixels, decoded once for a whole training."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from math import prod
from tempfile import TemporaryFile
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from functions.augment.variants import NAMES
from functions.classify.backbone import picture
from scheduler.learning.dataset import Dataset, Rows
from scheduler.learning.recipe import Progress, Watch

SIDE: Final = 96
PHASE: Final = "pictures"
_THREADS: Final = 4
_AT_ONCE: Final = 256

Pixels: TypeAlias = NDArray[np.uint8]


@contextmanager
def pixels_of(
    dataset: Dataset, rows: Rows, variants: Sequence[str], watch: Watch
) -> Iterator[Pixels]:
    """The image of each photo and these variants of it: (rows, 1 + variants, 96, 96, 3).

    They lie in a temporary file that is mapped into memory: 27 kB a picture, 3 GB for 10,000
    photos with ten variants, of which the system keeps as much in memory as there is room for.
    Raises OSError when the disk has no room, and what `dataset.pictures` and `watch` raise.
    """
    shape = (len(rows), 1 + len(variants), SIDE, SIDE, 3)
    with TemporaryFile() as file:
        # A mapped file without its place on the disk would end the process when the disk is full.
        os.posix_fallocate(file.fileno(), 0, prod(shape))
        pixels = np.memmap(file, np.uint8, "r+", shape=shape)

        def fill(number: int) -> None:
            photo = dataset.photos[rows[number]]
            pixels[number, 0] = picture(dataset.pictures.image(photo), SIDE)
            for place, name in enumerate(variants, 1):
                pixels[number, place] = _variant(dataset, photo, name, pixels[number, 0])

        with ThreadPoolExecutor(_THREADS) as pool:
            for done, _ in enumerate(pool.map(fill, range(len(rows))), 1):
                watch(Progress(PHASE, done / len(rows)))
        yield pixels


def images_of(dataset: Dataset, rows: Rows) -> Iterator[Pixels]:
    """The images (not variants) of these photos in order, at most 256 at once: (n, 96, 96, 3)."""
    with ThreadPoolExecutor(_THREADS) as pool:
        for start in range(0, len(rows), _AT_ONCE):
            photos = [dataset.photos[row] for row in rows[start : start + _AT_ONCE]]
            yield np.stack(list(pool.map(lambda photo: _image(dataset, photo), photos)))


def _image(dataset: Dataset, photo: str) -> Pixels:
    return picture(dataset.pictures.image(photo), SIDE)


def _variant(dataset: Dataset, photo: str, name: str, image: Pixels) -> Pixels:
    """A variant that augment has not made yet is no reason to wait: the image stands for it."""
    try:
        return picture(dataset.pictures.variant(photo, name), SIDE)
    except FileNotFoundError:
        return image


def with_pictures_of_variants(dataset: Dataset) -> Dataset:
    """The data set with augment's variants to be looked at; their features are all unknown."""
    shape = (len(dataset), len(NAMES), dataset.features.shape[1])
    unknown = np.broadcast_to(np.float16(np.nan), shape)
    return replace(dataset, variants=NAMES, variant_features=unknown)
