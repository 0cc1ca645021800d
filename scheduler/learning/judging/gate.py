"""The gate: decides from judged photos whether a challenger may become the current model.

    evidence = Evidence(HELD_OUT, truth, challenger=said, current=said_before)
    decision = decide(evidence, in_use={"hat", "pants"}, first=False, margin=0.01, floor=0.10)

The challenger becomes current unless a paired test shows it worse, its accuracy is lower by more
than the margin, or a class in use falls by more than the floor. The first learned model of a
collection must also beat what always says the most frequent class.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scheduler.learning.judging.paired import p_worse, right

HELD_OUT: Final = "held-out photos"
CROSS_VALIDATION: Final = "cross-validation"

ENOUGH_HELD_OUT: Final = 50
"""With so many held-out photos they judge; with fewer, cross-validation does."""

ENOUGH_OF_CLASS: Final = 5
"""A class with fewer judged photos keeps no challenger back by itself."""

SIGNIFICANT: Final = 0.05

# Of differences between sums of ones and a limit such as 0.01: their rounding, not a photo.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Evidence:
    """What both models said of the same photos, class names in one order.

    `way` is HELD_OUT or CROSS_VALIDATION; `current` is None where no model can be compared.
    Raises ValueError when there is no photo, or when the lengths differ.
    """

    way: str
    truth: Sequence[str]
    challenger: Sequence[str]
    current: Sequence[str] | None = None

    def __post_init__(self) -> None:
        current = self.truth if self.current is None else self.current
        lengths = {len(said) for said in (self.truth, self.challenger, current)}
        if len(lengths) != 1 or 0 in lengths:
            raise ValueError("The gate needs what each model said of each judged photo.")


@dataclass(frozen=True)
class Decision:
    """Whether to publish, why in plain words, and the numbers it was decided by (JSON values)."""

    publish: bool
    reason: str
    numbers: Mapping[str, Any]


def way(held_out: int) -> str:
    """How to judge with so many held-out photos."""
    return HELD_OUT if held_out >= ENOUGH_HELD_OUT else CROSS_VALIDATION


def decide(
    evidence: Evidence, in_use: Collection[str], first: bool, margin: float, floor: float
) -> Decision:
    """Decide on a challenger; `first` when no learned model is current.

    `in_use` are the classes people use now: only they can keep it back by their fall. `margin` and
    `floor` are shares, 0 to 1.
    """
    numbers = _numbers(evidence)
    against = [*_not_first(numbers, first), *_worse(numbers, margin)]
    against += _fallen(evidence, in_use, floor)
    told = f"{_share(numbers['accuracy'])} of {numbers['photos']} photos right ({evidence.way})"
    if against:
        return Decision(False, f"Not published: {'; '.join(against)}. It has {told}.", numbers)
    return Decision(True, f"The new model may answer: {told}{_compared(numbers)}.", numbers)


def _numbers(evidence: Evidence) -> dict[str, Any]:
    most, count = Counter(sorted(evidence.truth)).most_common(1)[0]
    now = right(evidence.truth, evidence.challenger)
    numbers: dict[str, Any] = {
        "way": evidence.way,
        "photos": len(now),
        "accuracy": sum(now) / len(now),
        "majority": {"class": most, "accuracy": count / len(now)},
    }
    if evidence.current is not None:
        before = right(evidence.truth, evidence.current)
        lost = sum(old and not new for old, new in zip(before, now, strict=True))
        won = sum(new and not old for old, new in zip(before, now, strict=True))
        numbers["current_accuracy"] = sum(before) / len(before)
        numbers |= {"lost": lost, "won": won, "p_worse": p_worse(lost, won)}
    return numbers


def _not_first(numbers: Mapping[str, Any], first: bool) -> Iterator[str]:
    majority = numbers["majority"]
    if first and numbers["accuracy"] <= majority["accuracy"]:
        yield (
            f"it is no better than always saying “{majority['class']}”, "
            f"which is right for {_share(majority['accuracy'])}"
        )


def _worse(numbers: Mapping[str, Any], margin: float) -> Iterator[str]:
    if "current_accuracy" not in numbers:
        return
    before = _share(numbers["current_accuracy"])
    if numbers["p_worse"] < SIGNIFICANT:
        yield (
            f"the new one is worse: {numbers['lost']} photos it lost against {numbers['won']} "
            f"it won (p = {numbers['p_worse']:.3f}; {before} were right before)"
        )
    if numbers["current_accuracy"] - numbers["accuracy"] > margin + _ROUNDING:
        yield f"{before} were right before, more than the margin of {_points(margin)} above"


def _fallen(evidence: Evidence, in_use: Collection[str], floor: float) -> Iterator[str]:
    if evidence.current is None:
        return
    now = right(evidence.truth, evidence.challenger)
    before = right(evidence.truth, evidence.current)
    for name, count in sorted(Counter(evidence.truth).items()):
        if name not in in_use or count < ENOUGH_OF_CLASS:
            continue
        own = [row for row, truth in enumerate(evidence.truth) if truth == name]
        old, new = (sum(said[row] for row in own) / count for said in (before, now))
        if old - new > floor + _ROUNDING:
            dropped = "" if name in evidence.challenger else " and is never said any more"
            yield f"“{name}” falls from {_share(old)} to {_share(new)} of {count} photos{dropped}"


def _compared(numbers: Mapping[str, Any]) -> str:
    before = numbers.get("current_accuracy")
    return "" if before is None else f", the old one {_share(before)}"


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _points(value: float) -> str:
    one = f"{100 * value:g}"
    return f"{one} point" if one == "1" else f"{one} points"
