"""What comes out of learning from pixels: a whole model with the files that answering needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from scheduler.general.fingerprint import FINGERPRINT
from scheduler.learning.both_forms import both_forms
from scheduler.learning.cnn.network import PROBABILITIES
from scheduler.learning.cnn.pixels import Pixels, images_of
from scheduler.learning.dataset import Dataset, Rows


@dataclass(frozen=True)
class WholeModel:
    """A fitted model on pixels. `model` gives {"probabilities": (n, classes)} for (n, 96, 96, 3).

    `samples` (n, 96, 96, 3) are pictures that LiteRT and Keras are compared on.
    """

    model: keras.Model
    curves: Mapping[str, Sequence[float]]
    samples: Pixels
    kind: str = "whole"

    @property
    def parameters(self) -> int:
        """How many numbers were learned."""
        return int(self.model.count_params())

    def probabilities(self, dataset: Dataset, rows: Rows) -> NDArray[np.float32]:
        """For the images of these photos: (rows, classes)."""
        parts = [self._ask(pixels) for pixels in images_of(dataset, rows)]
        return np.concatenate(parts or [np.zeros((0, len(dataset.classes)), np.float32)])

    def distances(self, dataset: Dataset, rows: Rows) -> NDArray[np.float32]:
        """Zeros: a network from scratch knows nothing of what is far from all it learned."""
        return np.zeros(len(rows), np.float32)

    def files(self) -> Mapping[str, bytes]:
        """model.keras, model.tflite, and the shipped projection that makes fingerprints.

        Raises ValueError when LiteRT and Keras do not agree within 1e-3.
        """
        shipped = {FINGERPRINT.name: FINGERPRINT.read_bytes()}
        return {**both_forms(self.model, self.samples), **shipped}

    def _ask(self, pixels: Pixels) -> NDArray[np.float32]:
        answers: NDArray[np.float32] = self.model.predict(pixels, verbose=0)[PROBABILITIES]
        return answers
