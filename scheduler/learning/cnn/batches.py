"""Pictures, labels and weights in batches, as a network from scratch is fed with them."""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from scheduler.learning.cnn.network import CnnSettings
from scheduler.learning.cnn.pixels import SIDE, Pixels
from scheduler.learning.dataset import Dataset, Rows, weights

Batch: TypeAlias = tuple[Pixels, NDArray[np.intp], NDArray[np.float32]]
Picks: TypeAlias = NDArray[np.intp]

_ALIKE = (
    tf.TensorSpec((None, SIDE, SIDE, 3), tf.uint8),
    tf.TensorSpec((None,), tf.int64),
    tf.TensorSpec((None,), tf.float32),
)


def training_batches(
    dataset: Dataset, rows: Rows, pixels: Pixels, settings: CnnSettings
) -> tf.data.Dataset:
    """An epoch: `settings.pictures` of each photo's pictures, drawn anew; rare classes weigh more.

    `pixels` (rows, pictures a photo, 96, 96, 3) are those of these rows. Without being drawn,
    ten variants would make each epoch eleven times as long, and the epochs much alike.
    """
    labels = dataset.labels[rows]
    of_class = weights(labels, dataset.classes)
    weight = np.array([of_class[int(label)] for label in labels], np.float32)
    random = np.random.default_rng(settings.seed)
    drawn = min(settings.pictures, pixels.shape[1])

    def epoch() -> Iterator[Batch]:
        which = np.argsort(random.random(pixels.shape[:2]), axis=1)[:, :drawn]
        picks = np.stack([np.repeat(np.arange(len(rows)), drawn), which.ravel()], axis=1)
        return _cut(pixels, labels, weight, random.permutation(picks), settings.batch)

    return tf.data.Dataset.from_generator(epoch, output_signature=_ALIKE).apply(
        tf.data.experimental.assert_cardinality(-(-len(rows) * drawn // settings.batch))
    )


def image_batches(
    dataset: Dataset, rows: Rows, pixels: Pixels, settings: CnnSettings
) -> tf.data.Dataset:
    """The image of each photo once, all with the same weight: what an epoch is judged on."""
    labels = dataset.labels[rows]
    picks = np.stack([np.arange(len(rows)), np.zeros(len(rows), np.intp)], axis=1)

    def once() -> Iterator[Batch]:
        return _cut(pixels, labels, np.ones(len(rows), np.float32), picks, settings.batch)

    return tf.data.Dataset.from_generator(once, output_signature=_ALIKE).apply(
        tf.data.experimental.assert_cardinality(-(-len(rows) // settings.batch))
    )


def _cut(
    pixels: Pixels,
    labels: NDArray[np.intp],
    weight: NDArray[np.float32],
    picks: Picks,
    size: int,
) -> Iterator[Batch]:
    """The picks (n, 2: photo, which of its pictures) in their order, `size` at once."""
    for start in range(0, len(picks), size):
        photos, which = picks[start : start + size].T
        yield pixels[photos, which], labels[photos], weight[photos]
