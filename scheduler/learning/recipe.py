"""What every recipe has in common: it is fitted to a data set, and tells how far it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scheduler.learning.dataset import Dataset, Rows


@dataclass(frozen=True)
class Progress:
    """How far a training is: `done` is 0 to 1 within the phase; metrics are those of the epoch."""

    phase: str
    done: float
    epoch: int | None = None
    epochs: int | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)


Watch = Callable[[Progress], None]
"""Told of each step. Raises Cancelled when the training has to end."""


class Cancelled(Exception):
    """The training has to end: somebody asked for it, or its scheduler is gone."""


class CannotLearn(Exception):
    """The data set can't be learned from; the message says why in the user's words."""


class Fitted(Protocol):
    """A recipe's result.

    `kind` is the manifest's: `head` or `whole`. `curves` has one number an epoch under each name
    (`loss`, `accuracy`, `val_loss`, `val_accuracy`; the last two only with validation photos).
    """

    @property
    def kind(self) -> str: ...

    @property
    def curves(self) -> Mapping[str, Sequence[float]]: ...

    @property
    def parameters(self) -> int:
        """How many numbers were learned."""

    def probabilities(self, dataset: Dataset, rows: Rows) -> NDArray[np.float32]:
        """For the images (not variants) of these photos: (rows, classes), each row sums to 1."""

    def distances(self, dataset: Dataset, rows: Rows) -> NDArray[np.float32]:
        """How far each image is from all that was learned, >= 0; zeros where nothing is known."""

    def files(self) -> Mapping[str, bytes]:
        """The version's files: model.keras, model.tflite, and what else answering needs.

        Raises ValueError when LiteRT and Keras do not agree.
        """


class Recipe(Protocol):
    """A way to learn. `name` is the classifier's in a collection: `transfer` or `cnn`."""

    @property
    def name(self) -> str: ...

    @property
    def enough_validation(self) -> int:
        """With fewer validation photos it learns from them too; folds are dear to some."""

    @property
    def settings(self) -> Mapping[str, float | int | str]:
        """The hyper-parameters, as they stand in the version's report."""

    def fit(self, dataset: Dataset, training: Rows, validation: Rows, watch: Watch) -> Fitted:
        """Learn from the training photos and their variants; validation photos end it in time.

        `validation` may be empty. The same data set and rows give the same result (seeds).
        """
