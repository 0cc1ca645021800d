"""Labelled pictures made of colours, for recipes that look at pixels."""

from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from PIL import Image

from scheduler.learning.dataset import HELD_OUT, TRAIN, VALIDATION, Dataset

COLOURS = {"blue": (30, 40, 200), "red": (200, 40, 30)}
SIDES = (TRAIN, TRAIN, TRAIN, VALIDATION, HELD_OUT)


def jpeg(colour: tuple[int, int, int], seed: int) -> bytes:
    """A noisy square of one colour, 128x128."""
    noise = np.random.default_rng(seed).integers(-25, 25, (128, 128, 3))
    pixels = np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG")
    return file.getvalue()


@dataclass(frozen=True)
class SeenPictures:
    """Pictures of one colour for each photo; remembers which photos were read."""

    colours: dict[str, tuple[int, int, int]]
    read: set[str] = field(default_factory=set)
    missing: frozenset[str] = frozenset()

    def image(self, photo: str) -> bytes:
        self.read.add(photo)
        return jpeg(self.colours[photo], int(photo))

    def variant(self, photo: str, name: str) -> bytes:
        self.read.add(photo)
        if name in self.missing:
            raise FileNotFoundError(name)
        return jpeg(self.colours[photo], 1000 + int(photo))


def two_colours(photos: int, missing: frozenset[str] = frozenset()) -> Dataset:
    """Half blue, half red; three fifths to learn from, a fifth each to end it and to judge."""
    ids = tuple(str(number) for number in range(photos))
    labels = np.arange(photos) % 2
    values = list(COLOURS.values())
    colours = {photo: values[label] for photo, label in zip(ids, labels, strict=True)}
    return Dataset(
        collection="colours",
        backbone="none",
        photos=ids,
        etags=ids,
        classes=tuple(COLOURS),
        labels=labels,
        sides=np.array([SIDES[number // 2 % len(SIDES)] for number in range(photos)]),
        groups=np.arange(photos),
        features=np.zeros((photos, 1280), np.float32),
        variants=("as-is", "brighter"),
        variant_features=np.zeros((photos, 2, 1280), np.float16),
        pictures=SeenPictures(colours, missing=missing),
    )
