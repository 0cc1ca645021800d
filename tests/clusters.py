"""Data sets without photos: features that stand in one cluster for each class."""

import numpy as np

from scheduler.learning.dataset import HELD_OUT, TRAIN, VALIDATION, Dataset

FEATURES = 1280


class NoPictures:
    """For recipes that learn from features alone."""

    def image(self, photo: str) -> bytes:
        raise AssertionError(f"the image of {photo} was asked for")

    def variant(self, photo: str, name: str) -> bytes:
        raise AssertionError(f"the variant {name} of {photo} was asked for")


def clusters(counts: tuple[int, ...], variants: int = 2, noise: float = 0.3) -> Dataset:
    """So many photos of each class; of ten in a row seven are in train, two in validation."""
    draw = np.random.default_rng(len(counts) * 1000 + sum(counts))
    labels = np.repeat(np.arange(len(counts), dtype=np.intp), counts)
    centres = np.abs(draw.normal(size=(len(counts), FEATURES)))
    n = len(labels)

    def around(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.abs(centres[labels].reshape(n, *[1] * len(shape), FEATURES)
                      + noise * draw.normal(size=(n, *shape, FEATURES)))  # fmt: skip

    sides = np.array([HELD_OUT if at % 10 == 9 else VALIDATION if at % 10 > 6 else TRAIN
                      for at in range(n)])  # fmt: skip
    return Dataset(
        collection="c",
        backbone="b",
        photos=tuple(f"photo-{at:05}" for at in range(n)),
        etags=tuple(f"etag-{at}" for at in range(n)),
        classes=tuple(f"class {label}" for label in range(len(counts))),
        labels=labels,
        sides=sides.astype(np.str_),
        groups=np.arange(n, dtype=np.intp),
        features=around().astype(np.float32),
        variants=tuple(f"variant {number}" for number in range(variants)),
        variant_features=around(variants).astype(np.float16),
        pictures=NoPictures(),
    )
