"""When a training is due, and the settings that say so."""

import pytest

from colecionador.training_shown import line_of
from scheduler.learning import settings as learning_settings
from scheduler.learning.queue.enough import Truth, enough
from scheduler.learning.settings import LearningSettings


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


def test_a_collection_without_settings_has_the_usual_ones() -> None:
    usual = LearningSettings()
    assert (usual.retrain_after, usual.margin, usual.floor, usual.keep_versions) == (
        20,
        0.01,
        0.1,
        5,
    )
    assert LearningSettings.of({"_id": "c", "settings": {}}) == usual
    assert LearningSettings.of({"_id": "c"}) == usual


def test_settings_of_a_collection_win() -> None:
    found = LearningSettings.of({"settings": {"learning": {"retrain_after": 3, "margin": 0}}})
    assert (found.retrain_after, found.margin, found.floor) == (3, 0, 0.10)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"retrain_after": 0}, "retrain_after is a whole number from 1 to 1e\\+06, not 0"),
        ({"retrain_after": 2.5}, "retrain_after is a whole number"),
        ({"retrain_after": True}, "retrain_after is a whole number"),
        ({"margin": "much"}, "margin is a number from 0 to 1, not 'much'"),
        ({"precision": float("nan")}, "precision is a number from 0.5 to 0.999, not nan"),
        ({"colour": 1}, "There is no setting 'colour', only classifier, retrain_after"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_a_sentence(
    told: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        LearningSettings.of({"settings": {"learning": told}})


def test_a_person_writes_settings_as_text() -> None:
    assert learning_settings.read("retrain_after", "50") == 50
    assert isinstance(learning_settings.read("retrain_after", "50"), int)
    assert learning_settings.read("floor", "0.2") == 0.2
    assert learning_settings.read("floor", "0") == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [("floor", "a lot"), ("retrain_after", "1.5"), ("keep_versions", "inf"), ("color", "1")],
)
def test_text_that_is_no_setting_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name):
        learning_settings.read(name, text)


@pytest.mark.parametrize(
    ("training", "line"),
    [
        ({"state": "queued"}, "queued"),
        ({"state": "queued", "reason": "MinIO is away."}, "queued: MinIO is away."),
        ({"state": "running"}, "starting"),
        ({"state": "running", "phase": "features"}, "features"),
        (
            {
                "state": "running",
                "phase": "head",
                "epoch": 3,
                "epochs": 40,
                "metrics": {"accuracy": 0.95, "val_accuracy": 0.9},
            },
            "head, epoch 3 of 40, accuracy 0.900",
        ),
    ],
)
def test_a_training_is_told_in_one_line(training: dict[str, object], line: str) -> None:
    assert line_of(training) == line
