"""Trains a network on pixels: reads the pictures, learns, and hands over a model that answers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from scheduler.learning.cnn.batches import image_batches, training_batches
from scheduler.learning.cnn.following import following
from scheduler.learning.cnn.network import CnnSettings, Network
from scheduler.learning.cnn.pixels import Pixels, pixels_of
from scheduler.learning.cnn.whole_model import WholeModel
from scheduler.learning.dataset import Dataset, Rows
from scheduler.learning.photos.classes import check_several
from scheduler.learning.recipe import Watch

_SAMPLES: Final = 16
Curves: TypeAlias = Mapping[str, list[float]]


@dataclass(frozen=True)
class Fed:
    """What a network is fed with; `validation` is None without validation photos.

    `samples` are some of the pictures, for comparing models.
    """

    training: tf.data.Dataset
    validation: tf.data.Dataset | None
    samples: Pixels


def train(
    network: Network,
    dataset: Dataset,
    training: Rows,
    validation: Rows,
    settings: CnnSettings,
    watch: Watch,
) -> WholeModel:
    """Reads the pictures, then learns until the validation photos say that it is enough.

    Raises CannotLearn when the training photos are all of one class.
    """
    check_several(dataset.labels[training])
    with fed(dataset, training, validation, settings, watch) as food:
        curves = learn(network, food, settings, watch)
    return WholeModel(network.answering, curves, food.samples)


@contextmanager
def fed(
    dataset: Dataset, training: Rows, validation: Rows, settings: CnnSettings, watch: Watch
) -> Iterator[Fed]:
    """The pictures of these photos (variants only of the training ones), read once, as batches."""
    with pixels_of(dataset, training, dataset.variants, watch) as pixels:
        samples = np.array(pixels[:_SAMPLES, 0])
        batches = training_batches(dataset, training, pixels, settings)
        if not len(validation):
            yield Fed(batches, None, samples)
            return
        with pixels_of(dataset, validation, (), watch) as images:
            judged = image_batches(dataset, validation, images, settings)
            yield Fed(batches, judged, samples)


def learn(network: Network, food: Fed, settings: CnnSettings, watch: Watch) -> Curves:
    """Trains `network` in place; keeps the weights of the epoch with the lowest validation loss.

    Without validation photos nothing shows when it is enough: half of the epochs are taken.
    """
    blind = food.validation is None
    epochs = max(1, settings.epochs // 2) if blind else settings.epochs
    callbacks = [following(watch, epochs, int(food.training.cardinality()))]
    if not blind:
        callbacks.append(
            keras.callbacks.EarlyStopping(patience=settings.patience, restore_best_weights=True)
        )
    told = network.training.fit(
        food.training.prefetch(2),
        validation_data=food.validation,
        epochs=epochs,
        callbacks=callbacks,
        shuffle=False,  # the batches are
        verbose=0,
    )
    return {name: [float(value) for value in values] for name, values in told.history.items()}
