"""The labelled photos of a collection as arrays: what a recipe learns from and is judged on."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

TRAIN: Final = "train"
VALIDATION: Final = "validation"
HELD_OUT: Final = "held out"
NO_SIDE: Final = "none"
SIDES: Final = (TRAIN, VALIDATION, HELD_OUT, NO_SIDE)

Rows = NDArray[np.intp]
"""Positions of photos in a data set."""

NO_ROWS: Final[Rows] = np.empty(0, dtype=np.intp)


class Pictures(Protocol):
    """Where a recipe that looks at pixels finds them."""

    def image(self, photo: str) -> bytes:
        """The stored image (JPEG) of a photo."""

    def variant(self, photo: str, name: str) -> bytes:
        """One variant (JPEG) of a photo."""


@dataclass(frozen=True)
class Dataset:
    """Labelled photos in the order of their ids; `n` photos, `v` variants each.

    `labels` (n) are positions in `classes`, `sides` (n) one of SIDES, and photos
    that look alike share a number in `groups` (n). `features` (n, 1280) are those of the images,
    `variant_features` (n, v, 1280) those of `variants`, NaN for photos that have none; without
    variants v is 0. `etags` are those of the images.
    """

    collection: str
    backbone: str
    photos: tuple[str, ...]
    etags: tuple[str, ...]
    classes: tuple[str, ...]
    labels: NDArray[np.intp]
    sides: NDArray[np.str_]
    groups: NDArray[np.intp]
    features: NDArray[np.float32]
    variants: tuple[str, ...]
    variant_features: NDArray[np.float16]
    pictures: Pictures

    def __len__(self) -> int:
        return len(self.photos)

    def on(self, *sides: str) -> Rows:
        """The photos of these sides."""
        return np.flatnonzero(np.isin(self.sides, sides))

    def label_of(self, row: int) -> str:
        """What people say about one photo."""
        return self.classes[int(self.labels[row])]

    def counts(self, rows: Rows | None = None) -> Mapping[str, int]:
        """Photos of each class, of these rows or of all; classes without any are told as 0."""
        labels = self.labels if rows is None else self.labels[rows]
        counted = np.bincount(labels, minlength=len(self.classes))
        return {name: int(count) for name, count in zip(self.classes, counted, strict=True)}

    def digest(self) -> str:
        """Sixteen hex digits that change with any photo, its bytes, label or side, or a variant."""
        lines = [self.backbone, ",".join(self.variants)]
        for row in range(len(self)):
            told = (self.photos[row], self.etags[row], self.label_of(row), str(self.sides[row]))
            lines.append("\t".join(told))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def weights(labels: NDArray[np.intp], classes: Sequence[str]) -> dict[int, float]:
    """The weight of each class, so that all count alike: n / (classes present x its photos)."""
    counted = np.bincount(labels, minlength=len(classes))
    present = int((counted > 0).sum())
    return {
        label: len(labels) / (present * int(count)) if count else 0.0
        for label, count in enumerate(counted)
    }
