"""The built-in head in Keras: 1280 features in, 1000 probabilities and a fingerprint out."""

from collections.abc import Mapping

import keras
import numpy as np
from keras import layers

from scheduler.backbone.network import FEATURES
from scheduler.backbone.torch_stream import Array
from scheduler.general.fingerprint import Fingerprint


def general_head(tensors: Mapping[str, Array], fingerprint: Fingerprint) -> keras.Model:
    """The published classifier beside the projection to 256 numbers of unit length."""
    features = keras.Input((FEATURES,), name="features")
    classify = layers.Dense(len(tensors["_fc.bias"]), activation="softmax", name="classify")
    project = layers.Dense(fingerprint.axes.shape[1], name="project")
    outputs = {
        "probabilities": classify(features),
        "fingerprint": layers.UnitNormalization()(project(features)),
    }
    model = keras.Model(features, outputs)
    classify.set_weights([np.transpose(tensors["_fc.weight"]), tensors["_fc.bias"]])
    # (features - mean) @ axes, as one layer.
    project.set_weights([fingerprint.axes, -fingerprint.mean @ fingerprint.axes])
    model.trainable = False
    return model
