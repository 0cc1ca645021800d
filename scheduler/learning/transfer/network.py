"""The head that `transfer` learns, in Keras' own layers: 1280 features in, answers out."""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers, ops

from scheduler.learning.photos.stored_features import FEATURES
from scheduler.learning.transfer.distance import Distance
from scheduler.learning.transfer.settings import TransferSettings

FINGERPRINT = 256


@dataclass(frozen=True)
class Network:
    """Two models that share their layers: `training` is compiled, `answering` is published.

    Both take features (n, 1280). `answering` gives {"probabilities": (n, classes), "fingerprint":
    (n, 256) of unit length, "distance": (n, 1) >= 0}.
    """

    training: keras.Model
    fingerprint: keras.KerasTensor

    def answering(self, distance: Distance) -> keras.Model:
        """The finished head."""
        features = self.training.inputs[0]
        outputs = {
            "probabilities": self.training.outputs[0],
            "fingerprint": layers.UnitNormalization()(self.fingerprint),
            "distance": _distance(features, distance),
        }
        answering = keras.Model(features, outputs)
        answering.jit_compile = False
        return answering

    @property
    def parameters(self) -> int:
        """How many numbers are learned."""
        return sum(int(np.prod(one.shape)) for one in self.training.trainable_variables)


def network(classes: int, steps: int, settings: TransferSettings) -> Network:
    """An untrained head.

    `steps` is the number of batches after which the rate of learning has gone down to nothing.
    """
    features = keras.Input((FEATURES,), name="features")
    # Only the direction of features counts, as dark and pale photos differ in the length.
    x = layers.Rescaling(settings.length)(layers.UnitNormalization()(features))
    x = layers.Dropout(settings.dropout_features, seed=settings.seed)(x)
    x = layers.Dense(FINGERPRINT, activation=settings.activation, name="fingerprint")(x)
    kept = layers.Dropout(settings.dropout_fingerprint, seed=settings.seed + 1)(x)
    answer = layers.Dense(classes, activation="softmax", name="classify")(kept)
    training = keras.Model(features, answer)
    rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, steps)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=settings.label_smoothing)
    # Compiling by XLA takes longer than it saves on layers so small.
    training.compile(optimizer, loss, metrics=["accuracy"], jit_compile=False)
    return Network(training, x)


def _distance(features: keras.KerasTensor, distance: Distance) -> keras.KerasTensor:
    cosines = layers.Dense(len(distance.means), use_bias=False, trainable=False, name="means")
    nearest = ops.max(cosines(layers.UnitNormalization()(features)), axis=1, keepdims=True)
    cosines.set_weights([distance.means.T])
    return ops.relu(1 - nearest)
