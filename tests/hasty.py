"""The recipe `transfer` without its steps: trainings whose every other part is the real one."""

from dataclasses import dataclass

import numpy as np

from functions.runtime.database import Document
from scheduler.learning.dataset import Dataset, Rows
from scheduler.learning.judging import standing
from scheduler.learning.photos.classes import check_several
from scheduler.learning.recipe import CannotLearn, Progress, Recipe, Watch
from scheduler.learning.transfer.recipe import FittedHead, Transfer

PLACES = ("scheduler.learning.training.recipe_of", f"{standing.__name__}.recipe_of")
"""Where a training asks for its recipe."""

_EPOCHS = 6
_STEEPNESS = 5.0


@dataclass(frozen=True)
class Hasty(Transfer):
    """The head of `transfer` with the class means for weights.

    To fit it by steps takes seconds of each fold, and the tests that use it are about the rest.
    """

    def fit(self, dataset: Dataset, training: Rows, validation: Rows, watch: Watch) -> FittedHead:
        """As Transfer; what is nearest to a class's mean is said to be of that class."""
        del validation
        labels = dataset.labels[training]
        check_several(labels)
        from scheduler.learning.transfer.distance import Distance
        from scheduler.learning.transfer.network import network

        distance = Distance.of(dataset.features[training], labels)
        head = network(len(dataset.classes), _EPOCHS, self.hyper_parameters)
        for epoch in range(1, _EPOCHS + 1):
            watch(Progress("training", epoch / _EPOCHS, epoch, _EPOCHS))
        cosines, classify = (head.training.get_layer(name) for name in ("fingerprint", "classify"))
        towards, says = (np.zeros(layer.kernel.shape, np.float32) for layer in (cosines, classify))
        towards[:, : len(distance.means)] = distance.means.T
        says[np.arange(len(distance.means)), np.unique(labels)] = _STEEPNESS
        for layer, kernel in ((cosines, towards), (classify, says)):
            layer.set_weights([kernel, np.zeros(kernel.shape[1], np.float32)])
        curves = {name: [1.0] * _EPOCHS for name in ("loss", "accuracy")}
        return FittedHead(head.answering(distance), curves, head.parameters, dataset.features)


def recipe_of(name: str, collection: Document) -> Recipe:
    """In the place of the one in scheduler.learning.recipes."""
    del collection
    if name != "transfer":
        raise CannotLearn(f"There is no recipe {name!r} here.")
    return Hasty()
