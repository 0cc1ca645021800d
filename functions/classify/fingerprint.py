"""The fingerprint of features, for versions without a head: 256 numbers of unit length."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from functions.classify.answer import FINGERPRINT
from functions.classify.arrays import arrays
from functions.classify.backbone import FEATURES


@dataclass(frozen=True)
class Projection:
    """`mean` (1280) is subtracted from features; `axes` (1280, 256) are then the new ones."""

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]

    @classmethod
    def read(cls, data: bytes) -> "Projection":
        """The projection in a fingerprint.npz; raises KeyError or ValueError when it is none."""
        read = arrays(data)
        mean, axes = read["mean"].astype(np.float32), read["axes"].astype(np.float32)
        if mean.shape != (FEATURES,) or axes.shape != (FEATURES, FINGERPRINT):
            raise ValueError(f"a projection has {FEATURES} means and {FINGERPRINT} axes")
        if not (np.isfinite(mean).all() and np.isfinite(axes).all()):
            raise ValueError("a projection holds numbers")
        return cls(mean, axes)

    def of(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """The fingerprints of features (..., 1280): (..., 256), zeros where nothing differs."""
        moved = (features - self.mean) @ self.axes
        length = np.linalg.norm(moved, axis=-1, keepdims=True)
        return np.asarray(moved / np.maximum(length, 1e-12), dtype=np.float32)
