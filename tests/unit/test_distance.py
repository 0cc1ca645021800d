"""The distance that tells photos of other things from those that were learned."""

import numpy as np
import pytest
from numpy.typing import NDArray

from scheduler.learning.transfer.distance import Distance
from tests.clusters import clusters


def away(distance: Distance, features: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the head computes of the means."""
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    return np.asarray(1 - (unit @ distance.means.T).max(axis=1), np.float32)


def test_a_photo_at_a_class_mean_has_no_distance() -> None:
    known = clusters((30, 30))
    distance = Distance.of(known.features, known.labels)
    assert away(distance, distance.means) == pytest.approx(0, abs=1e-6)


def test_other_things_are_farther_than_all_that_was_learned() -> None:
    known, others = clusters((30, 30)), clusters((1, 1, 5))
    distance = Distance.of(known.features, known.labels)
    strange = others.features[others.labels == 2]
    assert away(distance, strange).min() > away(distance, known.features).max()


def test_a_class_without_photos_has_no_mean() -> None:
    known = clusters((4, 5))
    assert Distance.of(known.features, known.labels * 3).means.shape == (2, 1280)


def test_a_bright_photo_is_as_far_as_a_pale_one() -> None:
    known = clusters((4, 5))
    distance = Distance.of(known.features, known.labels)
    bright, pale = (away(distance, known.features * factor) for factor in (4, 0.25))
    assert bright == pytest.approx(pale, abs=1e-5)
