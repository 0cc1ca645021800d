"""A trained Keras model as the two files of a version, known to give the same answers."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
from numpy.typing import NDArray

from scheduler.backbone.lite import lite
from scheduler.learning.agreement import check_agreement


def both_forms(model: keras.Model, rows: NDArray[np.generic]) -> Mapping[str, bytes]:
    """model.keras and model.tflite, both asked for these inputs (m, ...).

    Raises ValueError when their answers differ by more than 1e-3.
    """
    small = lite(model)
    check_agreement(model, small, rows)
    with TemporaryDirectory() as folder:
        saved = Path(folder) / "model.keras"
        model.save(saved)
        return {"model.keras": saved.read_bytes(), "model.tflite": small}
