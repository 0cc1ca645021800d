"""When a training is due."""

import pytest

from functions.learning.enough import Truth, enough, missing


@pytest.mark.parametrize(
    ("classes", "due"),
    [
        ({}, False),
        ({"hat": 500}, False),
        ({"hat": 5, "shoes": 4}, False),
        ({"hat": 5, "shoes": 5}, True),
        ({"hat": 5, "shoes": 5, "belt": 1}, True),
    ],
)
def test_the_first_training_needs_two_classes_of_five(classes: dict[str, int], due: bool) -> None:
    assert enough(Truth(changed=9, learned=False, classes=classes), 20).due is due


def test_a_first_training_that_failed_is_tried_again_with_a_new_label_and_not_before() -> None:
    classes = {"hat": 5, "shoes": 5}
    assert not enough(Truth(changed=0, learned=False, classes=classes), 20).due
    assert enough(Truth(changed=1, learned=False, classes=classes), 20).due


@pytest.mark.parametrize(("changed", "due"), [(1, False), (19, False), (20, True), (21, True)])
def test_what_has_learned_learns_again_after_so_many_labels(changed: int, due: bool) -> None:
    verdict = enough(Truth(changed, learned=True, classes={}), 20)
    assert verdict.due is due
    assert verdict.reason == f"{changed} of 20 new or corrected labels"


def test_nothing_is_due_when_no_label_is_new() -> None:
    assert not enough(Truth(changed=0, learned=True, classes={}), 1).due


@pytest.mark.parametrize(
    ("changed", "classes", "needed"),
    [
        (0, {}, 10),
        (3, {"hat": 3}, 7),
        (9, {"hat": 5, "shoes": 3, "belt": 1}, 2),
        (10, {"hat": 5, "shoes": 5}, 0),
        (0, {"hat": 5, "shoes": 5}, 1),
    ],
)
def test_the_first_training_needs_what_its_two_largest_classes_lack(
    changed: int, classes: dict[str, int], needed: int
) -> None:
    assert enough(Truth(changed, learned=False, classes=classes), 20).needed == needed


def test_later_trainings_need_the_labels_that_are_not_new_yet() -> None:
    needed = [enough(Truth(changed, True, {}), 20).needed for changed in (0, 19, 20, 30)]
    assert needed == [20, 1, 0, 0]


def test_a_label_beside_two_that_can_be_learned_needs_two_photos_and_no_five() -> None:
    assert missing({"hat": 5, "belt": 1}) == {"hat": 0, "belt": 4}
    assert missing({"hat": 5, "shoes": 7, "belt": 1}) == {"hat": 0, "shoes": 0, "belt": 1}
