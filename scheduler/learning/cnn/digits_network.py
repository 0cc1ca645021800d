"""A small network for handwritten digits of 28x28, that learns from few examples."""

from typing import Final

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

SIDE: Final = 28
EPOCHS: Final = 30
BATCH: Final = 32
_FIRST_STEP: Final = 2e-3


def digits_network(seed: int) -> keras.Model:
    """Pictures (n, 28, 28) of 0 to 255, white on black, to probabilities (n, 10); not compiled.

    In training it sees each picture turned, moved and zoomed a little anew.
    """
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE), name="digit"),
            layers.Rescaling(1 / 255),
            layers.Reshape((SIDE, SIDE, 1)),
            layers.RandomRotation(0.03, fill_mode="constant", seed=seed),
            layers.RandomTranslation(0.08, 0.08, fill_mode="constant", seed=seed),
            layers.RandomZoom(0.12, fill_mode="constant", seed=seed),
            layers.Conv2D(24, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(48, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ]
    )


def fit_digits(
    pictures: NDArray[np.uint8], labels: NDArray[np.integer], seed: int = 20, epochs: int = EPOCHS
) -> keras.Model:
    """The network, learned from pictures (n, 28, 28) and the digits (n) they show.

    Its steps get smaller until the end, which makes validation photos needless.
    """
    keras.utils.set_random_seed(seed)
    model = digits_network(seed)
    steps = epochs * -(-len(labels) // BATCH)
    model.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(_FIRST_STEP, steps)),
        loss="sparse_categorical_crossentropy",
    )
    model.fit(pictures, labels, batch_size=BATCH, epochs=epochs, verbose=0)
    return model


def accuracy(model: keras.Model, pictures: NDArray[np.uint8], labels: NDArray[np.integer]) -> float:
    """The share of the pictures (n, 28, 28) that the model names right."""
    said = model.predict(pictures, batch_size=256, verbose=0).argmax(axis=1)
    return float((said == labels).mean())
