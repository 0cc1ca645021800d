"""A trained Keras model as the two files of a version, known to give the same answers."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from scheduler.backbone.lite import lite
from scheduler.learning.agreement import check_agreement


def both_forms(model: keras.Model, rows: NDArray[np.generic]) -> Mapping[str, bytes]:
    """model.keras and model.tflite, both asked for these inputs (m, ...).

    Raises ValueError when their answers differ by more than 1e-3, OSError when the disk is full.
    """
    with _disk_faults():
        small = lite(model)
    check_agreement(model, small, rows)
    with TemporaryDirectory() as folder:
        saved = Path(folder) / "model.keras"
        model.save(saved)
        return {"model.keras": saved.read_bytes(), "model.tflite": small}


@contextmanager
def _disk_faults() -> Iterator[None]:
    """TensorFlow has its own error for a full disk, and it is also that for too little memory."""
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        if "No space left on device" not in str(error):
            raise MemoryError(str(error)) from error
        raise OSError(errno.ENOSPC, str(error)) from error
