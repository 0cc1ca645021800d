"""The seed's network from scratch: four convolutions and one fully connected layer on 96x96."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final, Self

import keras
from keras import layers

from functions.runtime.database import Document
from scheduler.learning.cnn.pixels import SIDE

IMAGE: Final = "image"
PROBABILITIES: Final = "probabilities"


@dataclass(frozen=True)
class CnnSettings:
    """The hyper-parameters; the first three stand for the seed's network as its authors had it.

    `filters` are those of the first convolution, the other three have twice as many; `kernel` is
    the side of the last one's (3 or 5), `dense` the width of the fully connected layer.
    `augmentation` (0 to 1) is how strongly pictures are turned, zoomed and changed in contrast.
    In each epoch `pictures` of a photo's pictures (its image and variants) are drawn. Training
    ends when the validation loss did not fall for `patience` epochs, after `epochs` at the latest.
    """

    filters: int = 64
    kernel: int = 5
    dense: int = 1024
    dropout: float = 0.4
    weight_decay: float = 1e-4
    learning_rate: float = 5e-4
    augmentation: float = 0.5
    batch: int = 32
    pictures: int = 4
    epochs: int = 40
    patience: int = 8
    seed: int = 20

    @classmethod
    def of(cls, collection: Document) -> Self:
        """Those of a collection: what `colecionador tune` found for it, else the seed's own."""
        settings = collection.get("settings") or {}
        found = (settings.get("learning") or {}).get("cnn") or {}
        return replace(cls(), **found)

    def told(self) -> Mapping[str, float | int | str]:
        """Name and value of each."""
        return asdict(self)


SEEDS_OWN: Final = CnnSettings()


@dataclass(frozen=True)
class Network:
    """Two models that share their layers: `training` is compiled and sees pictures changed anew.

    Both take pictures (n, 96, 96, 3) of 0 to 255; `answering` gives {"probabilities": (n, c)}.
    """

    training: keras.Model
    answering: keras.Model


def seed_network(settings: CnnSettings, classes: int) -> Network:
    """The network with random weights. The seed's own has 1,813,632 + 1,025 x classes numbers."""
    wide = 2 * settings.filters
    kernels = ((settings.filters, 3), (wide, 3), (wide, 3), (wide, settings.kernel))
    stack: list[keras.Layer] = []
    for filters, kernel in kernels:
        stack += [layers.Conv2D(filters, kernel, activation="relu"), layers.MaxPooling2D()]
    stack += [
        layers.Flatten(),
        layers.Dropout(settings.dropout),
        layers.Dense(settings.dense, activation="relu"),
        layers.Dropout(settings.dropout),
        layers.Dense(classes, activation="softmax"),
    ]
    return network(stack, settings)


def network(stack: Sequence[keras.Layer], settings: CnnSettings) -> Network:
    """The layers after the rescaling that both models begin with; the last is a softmax."""
    image = keras.Input((SIDE, SIDE, 3), dtype="uint8", name=IMAGE)
    scaled = layers.Rescaling(1 / 255)(image)
    changed = _through(_augmentation(settings), scaled)
    answering = keras.Model(image, {PROBABILITIES: _through(stack, scaled)})
    training = keras.Model(image, _through(stack, changed))
    training.compile(
        keras.optimizers.AdamW(settings.learning_rate, weight_decay=settings.weight_decay),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return Network(training, answering)


def _augmentation(settings: CnnSettings) -> Sequence[keras.Layer]:
    """Layers that change pictures in training only; they learn nothing."""
    strength = settings.augmentation
    if strength == 0:
        return []
    return [
        layers.RandomFlip("horizontal", seed=settings.seed),
        layers.RandomRotation(0.1 * strength, fill_mode="reflect", seed=settings.seed),
        layers.RandomZoom(0.3 * strength, fill_mode="reflect", seed=settings.seed),
        layers.RandomContrast(0.4 * strength, value_range=(0, 1), seed=settings.seed),
    ]


def _through(stack: Sequence[keras.Layer], tensor: keras.KerasTensor) -> keras.KerasTensor:
    for layer in stack:
        tensor = layer(tensor)
    return tensor
