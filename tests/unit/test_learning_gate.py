"""The gate: which challengers may answer, decided from what both said of the same photos."""

from collections.abc import Sequence

import pytest

from scheduler.learning.judging.gate import (
    CROSS_VALIDATION,
    HELD_OUT,
    Decision,
    Evidence,
    decide,
    way,
)

BOTH = {"hat", "shoes"}


def photos(**counts: int) -> list[str]:
    """So many photos of each class."""
    return [name for name, count in counts.items() for _ in range(count)]


def said(truth: Sequence[str], **wrong: int) -> list[str]:
    """A model that is wrong for the first so many photos of each class named, and right else."""
    left = dict(wrong)
    answers = []
    for name in truth:
        mistaken = left.get(name, 0) > 0
        left[name] = left.get(name, 0) - 1
        answers.append("wrong" if mistaken else name)
    return answers


def decided(
    truth: Sequence[str],
    challenger: Sequence[str],
    current: Sequence[str] | None,
    in_use: set[str] = BOTH,
    margin: float = 0.01,
    floor: float = 0.10,
    first: bool | None = None,
) -> Decision:
    judged = Evidence(HELD_OUT, truth, challenger, current)
    return decide(judged, in_use, current is None if first is None else first, margin, floor)


def test_five_and_five_clearly_different_photos_are_published_from_empty() -> None:
    truth = photos(hat=5, shoes=5)
    decision = decided(truth, truth, None)
    assert decision.publish
    assert "100.0 % of 10 photos right" in decision.reason
    assert decision.numbers["majority"]["accuracy"] == 0.5


def test_the_first_must_be_better_than_always_saying_the_most_frequent_class() -> None:
    truth = photos(hat=6, shoes=4)
    assert decided(truth, said(truth, shoes=3), None).publish
    decision = decided(truth, said(truth, shoes=4), None)
    assert not decision.publish
    assert "no better than always saying “hat”" in decision.reason
    assert not decided(truth, ["hat"] * 10, None).publish


def test_the_first_is_also_held_against_the_nearest_answers_before_it() -> None:
    truth = photos(hat=50, shoes=50)
    decision = decided(truth, said(truth, hat=5, shoes=5), truth, first=True)
    assert not decision.publish
    assert decision.numbers["p_worse"] == pytest.approx(0.5**10)


def test_an_equal_challenger_is_published() -> None:
    truth = photos(hat=30, shoes=30)
    answers = said(truth, hat=3)
    decision = decided(truth, answers, answers)
    assert decision.publish
    assert (decision.numbers["won"], decision.numbers["lost"]) == (0, 0)
    assert "the old one 95.0 %" in decision.reason


def test_a_better_one_is_published() -> None:
    truth = photos(hat=30, shoes=30)
    assert decided(truth, truth, said(truth, hat=3)).publish


@pytest.mark.parametrize(("lost", "publish"), [(4, True), (5, False)])
def test_one_that_the_paired_test_shows_worse_is_kept_back(lost: int, publish: bool) -> None:
    # Margin and floor are wide open; 0.5**4 is .0625 and 0.5**5 is .031.
    truth = photos(hat=500, shoes=500)
    decision = decided(truth, said(truth, hat=lost), truth, margin=1, floor=1)
    assert decision.publish is publish
    assert publish or f"{lost} photos it lost against 0 it won (p = 0.031" in decision.reason


def test_as_many_photos_lost_are_no_proof_when_as_many_are_won() -> None:
    truth = photos(hat=500, shoes=500)
    assert decided(truth, said(truth, hat=5), said(truth, shoes=5), margin=0, floor=1).publish


@pytest.mark.parametrize(("lost", "publish"), [(1, True), (2, False)])
def test_one_that_is_lower_by_more_than_the_margin_is_kept_back_without_proof(
    lost: int, publish: bool
) -> None:
    truth = photos(hat=50, shoes=50)
    decision = decided(truth, said(truth, hat=lost), truth)
    assert decision.numbers["p_worse"] > 0.05
    assert decision.publish is publish
    assert publish or "more than the margin of 1 point above" in decision.reason


@pytest.mark.parametrize(("judged", "publish"), [(5, False), (4, True)])
def test_a_class_that_falls_counts_from_five_judged_photos(judged: int, publish: bool) -> None:
    truth = photos(hat=judged, shoes=200)
    decision = decided(truth, said(truth, hat=1), truth)
    assert decision.publish is publish
    assert publish or "“hat” falls from 100.0 % to 80.0 % of 5 photos" in decision.reason


@pytest.mark.parametrize(("lost", "publish"), [(1, True), (2, False)])
def test_a_class_may_fall_by_the_floor_and_not_by_more(lost: int, publish: bool) -> None:
    truth = photos(hat=10, shoes=300)
    assert decided(truth, said(truth, hat=lost), truth).publish is publish


def test_one_that_drops_a_class_in_use_is_kept_back_however_good_it_is() -> None:
    truth = photos(hat=5, shoes=295)
    decision = decided(truth, said(truth, hat=5), said(truth, shoes=100))
    assert not decision.publish
    assert decision.numbers["accuracy"] > decision.numbers["current_accuracy"]
    assert "“hat” falls from 100.0 % to 0.0 % of 5 photos and is never said" in decision.reason


def test_a_class_that_is_no_longer_in_use_keeps_nothing_back() -> None:
    truth = photos(hat=5, shoes=295)
    assert decided(truth, said(truth, hat=5), said(truth, shoes=100), in_use={"shoes"}).publish


def test_a_current_model_without_a_new_class_is_wrong_about_it() -> None:
    truth = photos(hat=30, shoes=30, belt=10)
    current = said(truth, belt=10)
    decision = decided(truth, said(truth, belt=8), current, in_use={*BOTH, "belt"})
    assert decision.publish
    assert decision.numbers["won"] == 2


def test_all_that_speaks_against_it_is_said() -> None:
    truth = photos(hat=50, shoes=50)
    reason = decided(truth, said(truth, hat=20), truth).reason
    assert "is worse" in reason
    assert "margin" in reason
    assert "“hat” falls" in reason


@pytest.mark.parametrize(("held_out", "judged_by"), [(49, CROSS_VALIDATION), (50, HELD_OUT)])
def test_fifty_held_out_photos_are_enough_to_judge_by(held_out: int, judged_by: str) -> None:
    assert way(held_out) == judged_by


@pytest.mark.parametrize("challenger", [[], ["hat"]])
def test_answers_that_do_not_fit_the_photos_are_refused(challenger: list[str]) -> None:
    with pytest.raises(ValueError, match="each judged photo"):
        Evidence(HELD_OUT, ["hat", "hat"], challenger)
