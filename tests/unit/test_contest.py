"""The contest: who judges which photos, and that nobody is judged on what he has learned."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from functions.runtime.models import Version
from scheduler.learning.dataset import HELD_OUT, NO_SIDE, TRAIN, VALIDATION, Dataset, Rows
from scheduler.learning.judging import gate
from scheduler.learning.judging.contest import (
    answers,
    contest,
    learned_rows,
)
from scheduler.learning.judging.standing import Standing
from scheduler.learning.recipe import CannotLearn, Progress, Watch
from scheduler.version_folder import Folder
from tests.unit.test_cross_validation import NearestMean, a_dataset

SIDES = (TRAIN, VALIDATION, HELD_OUT, NO_SIDE)


def quiet(_: Progress) -> None:
    """A watch that nobody reads."""


def with_sides(**counts: int) -> Dataset:
    """Hats and shoes in turns, so many on each side."""
    names = {"train": TRAIN, "validation": VALIDATION, "held_out": HELD_OUT, "none": NO_SIDE}
    sides = [names[name] for name, count in counts.items() for _ in range(count)]
    return a_dataset(["hat", "shoes"] * (len(sides) // 2), sides=sides)


@dataclass
class Asked:
    """The current model made again: says `hat`, and notes what it was told to know and to judge."""

    knew: list[Rows] = field(default_factory=list)
    judged: list[Rows] = field(default_factory=list)

    def __call__(
        self, dataset: Dataset, training: Rows, fold: Rows, watch: Watch
    ) -> NDArray[np.str_]:
        self.knew.append(training)
        self.judged.append(fold)
        return np.full(len(fold), "hat")


def current(again: Asked) -> Standing:
    """A learned version that is current."""
    folder = Folder("wardrobe", "transfer-1", "head", {}, {}, backbone="b1")
    return Standing(Version(folder.manifest(), {}), again)


@settings(deadline=None, max_examples=50)
@given(sides=st.lists(st.sampled_from(SIDES), max_size=120))
def test_no_photo_that_is_held_out_or_of_no_side_is_ever_learned(sides: list[str]) -> None:
    dataset = a_dataset(["hat"] * len(sides), sides=sides or None)
    training, validation = learned_rows(dataset, NearestMean())
    assert set(dataset.sides[training]) <= {TRAIN, VALIDATION}
    assert set(dataset.sides[validation]) <= {VALIDATION}
    assert not set(training) & set(validation)
    learned = len(training) + len(validation)
    assert learned == len(dataset.on(TRAIN)) + len(dataset.on(VALIDATION))


@pytest.mark.parametrize(("enough", "apart"), [(31, 0), (30, 30)])
def test_validation_photos_are_learned_from_as_well_where_the_recipe_needs_more_of_them(
    enough: int, apart: int
) -> None:
    recipe = NearestMean(enough_validation=enough)
    training, validation = learned_rows(with_sides(train=70, validation=30), recipe)
    assert len(validation) == apart
    assert len(training) == 100 - apart
    assert training.tolist() == sorted(training.tolist())


def test_enough_held_out_photos_judge_a_model_that_was_fitted_once() -> None:
    dataset = with_sides(train=60, validation=30, held_out=50, none=4)
    recipe = NearestMean(enough_validation=30)
    fitted = recipe.fit(dataset, *learned_rows(dataset, recipe), quiet)
    found = contest(dataset, recipe, fitted, None, quiet)
    assert found.way == gate.HELD_OUT
    assert found.judged.photos == tuple(dataset.photos[row] for row in dataset.on(HELD_OUT))
    assert (found.judged.truth == found.judged.probabilities.argmax(axis=1)).all()
    assert found.own.photos == tuple(dataset.photos[row] for row in dataset.on(VALIDATION))
    assert len(recipe.learned) == 1


def test_without_validation_photos_apart_limits_come_from_folds_without_the_held_out_ones() -> None:
    dataset = with_sides(train=60, validation=30, held_out=50, none=4)
    recipe = NearestMean(enough_validation=31)
    fitted = recipe.fit(dataset, *learned_rows(dataset, recipe), quiet)
    found = contest(dataset, recipe, fitted, None, quiet)
    assert len(found.judged.photos) == 50
    assert len(found.own.photos) == 90
    assert not set(found.own.photos) & set(found.judged.photos)
    for _, learned in recipe.learned:
        assert set(dataset.sides[learned]) <= {TRAIN, VALIDATION}


def test_too_few_held_out_photos_judge_together_with_all_others_by_cross_validation() -> None:
    dataset = with_sides(train=20, validation=6, held_out=8, none=2)
    recipe, again = NearestMean(), Asked()
    fitted = recipe.fit(dataset, *learned_rows(dataset, recipe), quiet)
    found = contest(dataset, recipe, fitted, current(again), quiet)
    assert found.way == gate.CROSS_VALIDATION
    assert len(found.judged.photos) == 34
    assert found.own is found.judged
    assert found.current == ("hat",) * 34
    for knew, (_, learned) in zip(again.knew, recipe.learned[1:], strict=True):
        assert knew.tolist() == learned.tolist()
        assert not set(dataset.sides[knew]) & {HELD_OUT, NO_SIDE}


def test_without_a_current_model_nothing_is_compared() -> None:
    for dataset in (with_sides(train=20), with_sides(train=20, held_out=50)):
        recipe = NearestMean()
        fitted = recipe.fit(dataset, *learned_rows(dataset, recipe), quiet)
        assert contest(dataset, recipe, fitted, None, quiet).current is None


def test_what_cannot_be_parted_cannot_be_judged() -> None:
    dataset = with_sides(train=2, held_out=20)
    recipe = NearestMean()
    fitted = recipe.fit(dataset, *learned_rows(dataset, recipe), quiet)
    with pytest.raises(CannotLearn, match="Nothing can be judged yet"):
        contest(dataset, recipe, fitted, None, quiet)


def test_of_no_photos_nothing_is_said() -> None:
    dataset = with_sides(train=4)
    recipe = NearestMean()
    fitted = recipe.fit(dataset, *learned_rows(dataset, recipe), quiet)
    found = answers(dataset, fitted, dataset.on(VALIDATION))
    assert (found.photos, found.probabilities.shape) == ((), (0, 2))
    assert found.distances.shape == found.truth.shape == (0,)
