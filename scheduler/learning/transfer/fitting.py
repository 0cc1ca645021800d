"""Trains the head of `transfer`, batch by batch, without a copy of all features."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from scheduler.learning.dataset import Dataset, Rows, weights
from scheduler.learning.recipe import Progress, Watch
from scheduler.learning.transfer.network import Network, network
from scheduler.learning.transfer.settings import TransferSettings
from scheduler.learning.transfer.views import Views, drawn, gathered, views_of

Batch = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
"""Features (b, 1280), one-hot classes (b, classes), and how much each row counts (b)."""


def trained(
    dataset: Dataset,
    training: Rows,
    validation: Rows,
    settings: TransferSettings,
    watch: Watch,
) -> tuple[Network, Mapping[str, Sequence[float]]]:
    """The head once it has learned, and its curves; raises what `watch` raises after an epoch."""
    keras.utils.set_random_seed(settings.seed)
    batches = Batches(dataset, views_of(dataset, training), settings)
    epochs = max(settings.epochs, ceil(settings.least_steps / len(batches)))
    head = network(len(dataset.classes), epochs * len(batches), settings)
    callbacks: list[keras.callbacks.Callback] = [_Telling(watch, epochs)]
    if len(validation) >= settings.judges:
        callbacks.append(
            # Not while its steps are large: then the loss goes up and down for many epochs.
            keras.callbacks.EarlyStopping(
                patience=settings.patience, start_from_epoch=epochs // 2, restore_best_weights=True
            )
        )
    history = head.training.fit(
        batches,
        epochs=epochs,
        validation_data=_judging(dataset, validation) if len(validation) else None,
        callbacks=callbacks,
        shuffle=False,
        verbose=0,
    )
    return head, {name: [float(one) for one in told] for name, told in history.history.items()}


class Batches(keras.utils.PyDataset):  # type: ignore[misc]
    """Some views of each photo an epoch, others each time, as the seed decides."""

    def __init__(self, dataset: Dataset, views: Views, settings: TransferSettings) -> None:
        super().__init__()
        self._dataset = dataset
        self._all = views
        self._most = settings.views
        self._draw = np.random.default_rng(settings.seed)
        self._counts = weights(dataset.labels[np.unique(views[:, 0])], dataset.classes)
        self.views = drawn(views, self._most, self._draw)
        few = len(self.views) < 10 * settings.batch
        self._batch = settings.small_batch if few else settings.batch

    def __len__(self) -> int:
        return ceil(len(self.views) / self._batch)

    def __getitem__(self, index: int) -> Batch:
        views = self.views[index * self._batch : (index + 1) * self._batch]
        labels = self._dataset.labels[views[:, 0]]
        counts = np.array([self._counts[int(label)] for label in labels], np.float32)
        return gathered(self._dataset, views), _one_hot(self._dataset, labels), counts

    def on_epoch_end(self) -> None:
        """Draw again."""
        self.views = drawn(self._all, self._most, self._draw)


class _Telling(keras.callbacks.Callback):  # type: ignore[misc]
    def __init__(self, watch: Watch, epochs: int) -> None:
        super().__init__()
        self._watch = watch
        self._epochs = epochs

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        metrics = {name: float(value) for name, value in (logs or {}).items()}
        done = (epoch + 1) / self._epochs
        self._watch(Progress("training", done, epoch + 1, self._epochs, metrics))


def _judging(dataset: Dataset, rows: Rows) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return dataset.features[rows], _one_hot(dataset, dataset.labels[rows])


def _one_hot(dataset: Dataset, labels: NDArray[np.intp]) -> NDArray[np.float32]:
    return np.eye(len(dataset.classes), dtype=np.float32)[labels]
