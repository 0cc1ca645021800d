"""The distance that tells photos of other things from those that were learned."""

import numpy as np
import pytest
from numpy.typing import NDArray

from scheduler.learning.transfer.distance import Distance
from tests.clusters import clusters


def lengths(distance: Distance, features: NDArray[np.float32]) -> NDArray[np.float64]:
    centred = (np.sqrt(features) - distance.mean) / np.sqrt(distance.scale)
    return np.asarray(np.square(centred - centred @ distance.axes @ distance.axes.T).sum(axis=1))


def test_the_length_of_all_that_was_learned_is_1_before_the_axes_are_taken_off() -> None:
    features = clusters((30, 30)).features
    distance = Distance.of(features, most_axes=8)
    centred = (np.sqrt(features) - distance.mean) / np.sqrt(distance.scale)
    assert np.square(centred).sum(axis=1).mean() == pytest.approx(1, abs=1e-3)
    assert lengths(distance, features).max() < 1


def test_other_things_are_farther() -> None:
    distance = Distance.of(clusters((30, 30)).features, most_axes=8)
    assert lengths(distance, clusters((5,)).features).min() > 1


def test_few_photos_give_few_axes() -> None:
    assert Distance.of(clusters((4, 5)).features, most_axes=64).axes.shape == (1280, 2)
    assert Distance.of(clusters((1, 1)).features, most_axes=64).axes.shape == (1280, 1)


def test_copies_of_one_photo_have_a_distance_too() -> None:
    distance = Distance.of(np.ones((8, 1280), np.float32), most_axes=64)
    assert np.isfinite(distance.axes).all()
    assert distance.scale > 0
