"""What is too unsure or too far is `unknown`, and a few photos do not make everything so."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scheduler.learning.judging.thresholds import Named, farthest_for, named, threshold_for


def said(confidences: list[float]) -> NDArray[np.float32]:
    """Answers for the first of two classes."""
    first = np.array(confidences, np.float32)
    return np.stack([first, 1 - first], axis=1)


def labelled(right: list[bool]) -> NDArray[np.intp]:
    """Labels by which these answers are right or wrong."""
    return np.where(right, 0, 1).astype(np.intp)


def test_it_stands_above_the_wrong_answers_and_below_the_right_ones() -> None:
    confidences = [0.6] * 10 + [0.9] * 40
    truth = labelled([False] * 10 + [True] * 40)
    assert threshold_for(0.95, truth, said(confidences)) == pytest.approx(0.75)


def test_it_is_the_lowest_one_that_is_precise_enough() -> None:
    confidences = [0.55] * 10 + [0.7] * 20 + [0.9] * 80
    truth = labelled([False] * 10 + [False] + [True] * 19 + [True] * 80)
    # From .7 on 99 of 100 are right; counting one wrong answer more, 98 %.
    assert threshold_for(0.95, truth, said(confidences)) == pytest.approx(0.625)
    assert threshold_for(0.985, truth, said(confidences)) == pytest.approx(0.8)


def test_one_wrong_answer_more_than_was_seen_is_counted() -> None:
    confidences = [0.6] * 5 + [0.9] * 18 + [0.95]
    truth = labelled([False] * 5 + [True] * 19)
    assert threshold_for(0.95, truth, said(confidences)) == pytest.approx(0.75)
    # Eighteen of eighteen do not show 95 %; they are still the nearest there is.
    assert threshold_for(0.95, truth[:-1], said(confidences[:-1])) == pytest.approx(0.75)


def test_where_all_may_stay_nothing_probable_becomes_unknown() -> None:
    assert threshold_for(0.95, labelled([True] * 40), said([0.97] * 40)) == 0.5


def test_a_right_answer_below_one_half_keeps_its_name() -> None:
    given_answers = np.full((40, 4), 0.2, np.float32)
    given_answers[:, 0] = 0.4
    assert threshold_for(0.95, np.zeros(40, np.intp), given_answers) == pytest.approx(0.4)


def test_few_photos_never_make_all_unknown() -> None:
    assert threshold_for(0.95, labelled([False, True]), said([0.97, 0.99])) == 0.5
    assert threshold_for(0.95, labelled([]), said([])) == 0.5


def test_full_confidence_is_never_demanded() -> None:
    confidences = [0.9999] * 30 + [1.0] * 30
    truth = labelled([False] * 30 + [True] * 30)
    assert threshold_for(0.95, truth, said(confidences)) == 0.99


@settings(max_examples=60)
@given(
    answered=st.lists(st.tuples(st.floats(0.5, 1), st.booleans()), max_size=80),
    precisions=st.tuples(st.floats(0.01, 0.999), st.floats(0.01, 0.999)),
)
def test_more_precision_never_lowers_it_and_somebody_keeps_a_name(
    answered: list[tuple[float, bool]], precisions: tuple[float, float]
) -> None:
    probabilities = said([confidence for confidence, _ in answered])
    truth = labelled([right for _, right in answered])
    lower, higher = (threshold_for(each, truth, probabilities) for each in sorted(precisions))
    assert 0 <= lower <= higher <= 0.99
    if answered:
        assert named(truth, probabilities, higher).named > 0


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(0.5, 0.98), st.booleans()), min_size=20, max_size=80))
def test_where_the_precision_is_reached_it_is_kept(answered: list[tuple[float, bool]]) -> None:
    probabilities = said([confidence for confidence, _ in answered])
    truth = labelled([right for _, right in answered])
    at = named(truth, probabilities, threshold_for(0.8, truth, probabilities))
    reachable = [named(truth, probabilities, float(each)) for each in probabilities[:, 0].round(4)]
    if any(each.right >= 0.8 * (each.named + 1) for each in reachable):
        assert at.right >= 0.8 * at.named


def test_most_of_a_collections_own_photos_lie_within_the_farthest_distance() -> None:
    distances = np.linspace(0.01, 1, 100).astype(np.float32)
    # The 96th of 100, because (100 + 1) x .95 is 95.95, and a hundredth more.
    assert farthest_for(distances) == pytest.approx(0.96 * 1.01)


def test_the_edge_of_few_photos_has_more_slack() -> None:
    assert farthest_for(np.full(10, 0.5, np.float32)) == pytest.approx(0.55)


@pytest.mark.parametrize("distances", [[], [0.3] * 9, [0.0] * 50])
def test_too_few_distances_or_none_at_all_tell_nothing(distances: list[float]) -> None:
    assert farthest_for(np.array(distances, np.float32)) is None


def test_a_photo_is_named_when_it_is_sure_enough_and_near_enough() -> None:
    truth, probabilities = labelled([True, True, False, True]), said([0.9, 0.6, 0.8, 0.9])
    distances = np.array([0.1, 0.1, 0.1, 0.7], np.float32)
    assert named(truth, probabilities, 0.7) == Named(photos=4, named=3, right=2)
    assert named(truth, probabilities, 0.7, distances, 0.5) == Named(4, 2, 1)
    assert named(truth[:0], probabilities[:0], 0.7) == Named(0, 0, 0)
