"""A model's answers are held against the labels, and the numbers are those one counts by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.learning.judging.calibration import calibration
from scheduler.learning.judging.interval import interval
from scheduler.learning.judging.judged import WORST, Mistake, judge
from tests.unit.stories import answers, judged, read_story, story

CATS_AND_DOGS = judge(
    np.array([0, 0, 0, 1]),
    answers([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.05, 0.95]]),
    ["cat", "dog"],
    ["a", "b", "c", "d"],
)


def test_four_photos_are_judged_as_by_hand() -> None:
    cat, dog = CATS_AND_DOGS.classes
    assert (CATS_AND_DOGS.right, CATS_AND_DOGS.photos, CATS_AND_DOGS.accuracy) == (3, 4, 0.75)
    assert (cat.photos, dog.photos) == (3, 1)
    assert [cat.precision, cat.recall, cat.f1] == pytest.approx([1, 2 / 3, 0.8])
    assert [dog.precision, dog.recall, dog.f1] == pytest.approx([0.5, 1, 2 / 3])
    assert CATS_AND_DOGS.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert CATS_AND_DOGS.confusion == ((2, 1), (0, 1))
    assert CATS_AND_DOGS.mistakes == (Mistake("c", "cat", "dog", 0.7),)


def test_the_interval_of_131_of_150_is_wilsons() -> None:
    found = interval(131, 150)
    assert found is not None
    # (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) with p = .8733, n = 150, z = 1.96.
    assert [found.low, found.high] == pytest.approx([0.8106, 0.9174], abs=1e-4)
    assert interval(0, 0) is None


def test_all_right_is_not_certainty() -> None:
    found = interval(10, 10)
    assert found is not None
    assert found.low == pytest.approx(0.7225, abs=1e-4)
    assert found.high == 1.0


def test_the_calibration_error_is_the_mean_distance_of_confidence_and_accuracy() -> None:
    confidences = np.array([0.55, 0.55, 0.95, 0.95], np.float32)
    found = calibration(np.array([True, False, True, True]), confidences)
    assert found is not None
    assert [(each.low, each.high, each.photos) for each in found.bins] == [
        (0.5, 0.6, 2),
        (0.9, 1.0, 2),
    ]
    assert found.error == pytest.approx(0.5 * 0.05 + 0.5 * 0.05)


def test_full_confidence_falls_into_the_last_bin() -> None:
    found = calibration(np.array([True]), np.array([1.0], np.float32))
    assert found is not None
    assert (found.bins[0].low, found.error) == (0.9, 0.0)


def test_without_photos_nothing_is_claimed() -> None:
    none = judged(["cat", "dog"], 0)
    assert (none.photos, none.right) == (0, 0)
    assert none.accuracy is None
    assert none.interval is None
    assert none.macro_f1 is None
    assert none.calibration is None
    assert [score.recall for score in none.classes] == [None, None]
    assert none.confusion == ((0, 0), (0, 0))


def test_a_class_without_judged_photos_does_not_lower_the_mean() -> None:
    seen = judge(
        np.array([0, 1, 1]),
        answers([[0.9, 0.1, 0], [0.1, 0.9, 0], [0.1, 0.2, 0.7]]),
        ["cat", "dog", "bird"],
        ["a", "b", "c"],
    )
    bird = seen.classes[2]
    assert (bird.photos, bird.precision, bird.recall, bird.f1) == (0, 0.0, None, None)
    assert seen.macro_f1 == pytest.approx((1 + 2 / 3) / 2)


def test_the_most_confident_mistakes_come_first_and_not_all_of_them() -> None:
    mistakes = judged(["cat", "dog", "bird"], 300, right=0).mistakes
    confidences = [mistake.confidence for mistake in mistakes]
    assert len(mistakes) == WORST
    assert confidences == sorted(confidences, reverse=True)


def test_answers_that_do_not_fit_the_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="answers for 2 labels"):
        judge(np.array([0, 1]), answers([[0.5, 0.5]]), ["cat", "dog"], ["a", "b"])


@settings(max_examples=60)
@given(classes=st.integers(2, 12), photos=st.integers(0, 60), right=st.floats(0, 1))
def test_any_judgement_stays_in_range_and_comes_back_from_a_report(
    classes: int, photos: int, right: float
) -> None:
    seen = judged([f"class {number}" for number in range(classes)], photos, right)
    assert read_story(story(seen).as_json()).judged == seen
    assert sum(map(sum, seen.confusion)) == photos
    assert sum(seen.confusion[place][place] for place in range(classes)) == seen.right
    assert sum(score.photos for score in seen.classes) == photos
    shares = [seen.accuracy, seen.macro_f1]
    shares += [part for each in seen.classes for part in (each.precision, each.recall, each.f1)]
    assert all(share is None or 0 <= share <= 1 for share in shares)
    if seen.interval and seen.calibration and seen.accuracy is not None:
        assert 0 <= seen.interval.low <= seen.accuracy <= seen.interval.high <= 1
        assert 0 <= seen.calibration.error <= 1
        assert sum(each.photos for each in seen.calibration.bins) == photos
