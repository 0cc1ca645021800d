"""Which photos judge when candidates are compared."""

from dataclasses import replace

import numpy as np
import pytest

from colecionador.compare import NAMES
from scheduler.learning.cnn.compare import CANDIDATES, candidate, parted
from scheduler.learning.cnn.recipe import Cnn
from scheduler.learning.dataset import HELD_OUT, NO_SIDE, TRAIN, VALIDATION
from scheduler.learning.recipe import CannotLearn
from tests.unit.synthetic import two_colours


def test_fifty_held_out_photos_judge_alone() -> None:
    dataset = two_colours(250)
    parting = parted(dataset)
    assert parting.judged.tolist() == dataset.on(HELD_OUT).tolist()
    assert parting.training.tolist() == dataset.on(TRAIN).tolist()
    assert parting.ending.tolist() == dataset.on(VALIDATION).tolist()
    assert "50 held-out photos" in parting.told


def test_with_fewer_held_out_photos_validation_photos_judge_and_others_end_the_training() -> None:
    dataset = two_colours(100)
    parting = parted(dataset)
    judged = np.flatnonzero(np.isin(dataset.sides, (HELD_OUT, VALIDATION)))
    assert parting.judged.tolist() == judged.tolist()
    assert sorted([*parting.training, *parting.ending]) == dataset.on(TRAIN).tolist()
    assert len(parting.ending) == 12
    assert "Judged on 40 photos" in parting.told


def test_photos_that_look_alike_do_not_both_learn_and_end_the_training() -> None:
    dataset = two_colours(100)
    alike = replace(dataset, groups=np.arange(100) // 4)
    parting = parted(alike)
    assert not set(alike.groups[parting.training]) & set(alike.groups[parting.ending])


def test_photos_of_no_side_take_no_part() -> None:
    dataset = two_colours(100)
    sides = dataset.sides.copy()
    sides[:4] = NO_SIDE
    parting = parted(replace(dataset, sides=sides))
    assert not {0, 1, 2, 3} & {*parting.training, *parting.ending, *parting.judged}


def test_without_a_photo_to_judge_there_is_nothing_to_compare() -> None:
    dataset = two_colours(20)
    with pytest.raises(CannotLearn, match="no photo to judge"):
        parted(replace(dataset, sides=np.full(20, TRAIN)))


def test_the_command_knows_every_candidate() -> None:
    assert tuple(CANDIDATES) == NAMES
    assert candidate("tuned", {}) is None
    tuned = candidate("tuned", {"settings": {"learning": {"cnn": {"dense": 256}}}})
    assert isinstance(tuned, Cnn)
    assert tuned.chosen.dense == 256
    for name in ("linear", "seed", "transfer"):
        assert candidate(name, {}) is not None
