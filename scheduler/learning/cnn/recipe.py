"""The recipe `cnn`: the seed's network, learned from scratch from the photos and their variants."""

from collections.abc import Mapping
from dataclasses import dataclass

import keras

from scheduler.learning.cnn.from_scratch import train
from scheduler.learning.cnn.network import SEEDS_OWN, CnnSettings, seed_network
from scheduler.learning.cnn.whole_model import WholeModel
from scheduler.learning.dataset import Dataset, Rows
from scheduler.learning.recipe import Watch


@dataclass(frozen=True)
class Cnn:
    """Learns the seed's network with these hyper-parameters."""

    chosen: CnnSettings = SEEDS_OWN
    name: str = "cnn"
    enough_validation: int = 30

    @property
    def settings(self) -> Mapping[str, float | int | str]:
        """The hyper-parameters."""
        return self.chosen.told()

    def fit(self, dataset: Dataset, training: Rows, validation: Rows, watch: Watch) -> WholeModel:
        """Read the pictures, then learn until the validation photos say that it is enough.

        Raises what reading the pictures and `watch` raise.
        """
        keras.utils.set_random_seed(self.chosen.seed)
        network = seed_network(self.chosen, len(dataset.classes))
        return train(network, dataset, training, validation, self.chosen, watch)
