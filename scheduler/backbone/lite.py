"""Turns a Keras model into the bytes of a LiteRT model that takes one row at a time."""

from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import tensorflow as tf


def lite(model: keras.Model) -> bytes:
    """The model in LiteRT, float32, with the batch fixed at one.

    A batch left open would keep the interpreter's fast kernels from planning their memory once.
    """
    shapes = [keras.InputSpec(x.dtype, (1, *x.shape[1:]), name=x.name) for x in model.inputs]
    with TemporaryDirectory() as folder:
        model.export(Path(folder) / "saved", input_signature=shapes, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(f"{folder}/saved")
        return bytes(converter.convert())
