"""What a head is trained on: views of training photos, and never a number of any other photo."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.learning.dataset import HELD_OUT, NO_SIDE, TRAIN, VALIDATION, Dataset, Rows
from scheduler.learning.judging.contest import learned_rows
from scheduler.learning.judging.folds import folds
from scheduler.learning.transfer.fitting import Batches
from scheduler.learning.transfer.recipe import Transfer
from scheduler.learning.transfer.settings import TransferSettings
from scheduler.learning.transfer.views import gathered, views_of
from tests.clusters import clusters

SIDES = (TRAIN, VALIDATION, HELD_OUT, NO_SIDE)


def marked(sides: list[str], variants: int) -> Dataset:
    """Each photo's features, and those of its variants, are all the photo's own number."""
    dataset = clusters((len(sides),), variants)
    own = np.arange(len(sides), dtype=np.float32)
    return replace(
        dataset,
        sides=np.array(sides),
        features=np.repeat(own[:, None], 1280, axis=1),
        variant_features=np.broadcast_to(own[:, None, None], (len(sides), variants, 1280)).astype(
            np.float16
        ),
    )


@given(
    sides=st.lists(st.sampled_from(SIDES), min_size=1, max_size=40).filter(lambda x: TRAIN in x),
    variants=st.integers(0, 3),
)
def test_no_view_of_a_photo_off_the_training_side_is_ever_trained_on(
    sides: list[str], variants: int
) -> None:
    dataset = marked(sides, variants)
    training = set(dataset.on(TRAIN).tolist())
    batches = Batches(dataset, views_of(dataset, dataset.on(TRAIN)), TransferSettings())
    seen = [features[:, 0] for features, _, _ in (batches[at] for at in range(len(batches)))]
    numbers = np.concatenate(seen)
    assert set(numbers.astype(int)) == training
    assert len(numbers) == len(training) * min(2, 1 + variants)


def trained_on(dataset: Dataset, rows: Rows) -> set[int]:
    """The photos whose numbers come up while these rows are learned."""
    batches = Batches(dataset, views_of(dataset, rows), TransferSettings())
    features = [batches[at][0] for at in range(len(batches))]
    return {int(number) for some in features for number in np.unique(some)}


@settings(deadline=None, max_examples=50)
@given(sides=st.lists(st.sampled_from(SIDES), min_size=4, max_size=40))
def test_no_view_of_a_held_out_photo_is_trained_on_in_a_training_or_in_any_of_its_folds(
    sides: list[str],
) -> None:
    dataset = marked(sides, 2)
    never = set(np.flatnonzero(np.isin(dataset.sides, (HELD_OUT, NO_SIDE))).tolist())
    training, _ = learned_rows(dataset, Transfer())
    assert not trained_on(dataset, training) & never
    if len(training) < 2:
        return
    for learned, fold in folds(dataset):
        seen = trained_on(dataset, learned)
        assert not seen & never
        assert not seen & set(fold.tolist())


def test_an_epoch_has_two_views_of_each_photo_and_the_next_others() -> None:
    dataset = marked([TRAIN] * 50, 3)
    views = views_of(dataset, dataset.on(TRAIN))
    batches = Batches(dataset, views, TransferSettings())
    seen: set[tuple[int, int]] = set()
    for _ in range(30):
        chosen = [(int(photo), int(view)) for photo, view in batches.views]
        assert len(chosen) == len(set(chosen)) == 100
        assert np.bincount(batches.views[:, 0]).tolist() == [2] * 50
        seen.update(chosen)
        batches.on_epoch_end()
    assert len(seen) == len(views)


def test_a_view_comes_with_the_class_and_the_weight_of_its_photo() -> None:
    dataset = clusters((30, 10))
    batches = Batches(dataset, views_of(dataset, np.arange(40)), TransferSettings())
    for at in range(len(batches)):
        _, classes, counts = batches[at]
        expected = np.where(classes[:, 1] == 1, 40 / (2 * 10), 40 / (2 * 30))
        assert counts == pytest.approx(expected)


def test_variants_without_features_are_left_out() -> None:
    dataset = marked([TRAIN] * 3, 2)
    variants = dataset.variant_features.copy()
    variants[1] = np.nan
    views = views_of(replace(dataset, variant_features=variants), np.array([0, 1]))
    assert views.tolist() == [[0, 0], [0, 1], [0, 2], [1, 0]]


def test_a_view_is_the_image_or_one_of_its_variants() -> None:
    dataset = clusters((4,), variants=2)
    found = gathered(dataset, np.array([[2, 0], [1, 1], [3, 2]]))
    assert np.array_equal(found[0], dataset.features[2])
    assert np.array_equal(found[1], dataset.variant_features[1, 0])
    assert np.array_equal(found[2], dataset.variant_features[3, 1])
    assert found.dtype == np.float32
