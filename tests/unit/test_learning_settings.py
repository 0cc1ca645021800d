"""How a collection is told to learn, and what is refused."""

import pytest

from functions.learning.settings import LearningSettings, read


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
        ({"retrain_after": 0}, "retrain_after is a whole number from 1 to 1,000,000, not 0"),
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
    assert read("retrain_after", "50") == 50
    assert isinstance(read("retrain_after", "50"), int)
    assert read("floor", "0.2") == 0.2
    assert read("floor", "0") == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [("floor", "a lot"), ("retrain_after", "1.5"), ("keep_versions", "inf"), ("color", "1")],
)
def test_text_that_is_no_setting_is_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=name):
        read(name, text)


@pytest.mark.parametrize("junk", ["junk", 7, [1], {"learning": "junk"}, {"learning": [1]}])
def test_settings_that_are_none_are_refused_with_a_sentence(junk: object) -> None:
    with pytest.raises(ValueError, match="holds names with values"):
        LearningSettings.of({"settings": junk})
