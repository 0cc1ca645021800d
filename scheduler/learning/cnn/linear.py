"""What pixels alone are worth: one layer from 96x96 pixels to the classes, to compare with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import keras
from keras import layers

from scheduler.learning.cnn.from_scratch import train
from scheduler.learning.cnn.network import CnnSettings, Network, network
from scheduler.learning.cnn.whole_model import WholeModel
from scheduler.learning.dataset import Dataset, Rows
from scheduler.learning.recipe import Watch

# A flat step: with 27,648 numbers a picture a larger one jumps about and learns nothing.
_CHOSEN: Final = CnnSettings(learning_rate=1e-4, augmentation=0)


@dataclass(frozen=True)
class Linear:
    """Learns softmax regression on pixels."""

    name: str = "linear"
    enough_validation: int = 30

    @property
    def settings(self) -> Mapping[str, float | int | str]:
        """The few hyper-parameters there are."""
        kept = ("learning_rate", "weight_decay", "batch", "pictures", "epochs", "patience", "seed")
        return {name: value for name, value in _CHOSEN.told().items() if name in kept}

    def fit(self, dataset: Dataset, training: Rows, validation: Rows, watch: Watch) -> WholeModel:
        """Read the pictures, then learn until the validation photos say that it is enough."""
        keras.utils.set_random_seed(_CHOSEN.seed)
        pixels_only = linear_network(len(dataset.classes))
        return train(pixels_only, dataset, training, validation, _CHOSEN, watch)


def linear_network(classes: int) -> Network:
    """27,648 x classes weights and a bias each."""
    return network([layers.Flatten(), layers.Dense(classes, activation="softmax")], _CHOSEN)
