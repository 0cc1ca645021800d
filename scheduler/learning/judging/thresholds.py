"""Below which confidence, and beyond which distance, a photo is `unknown`."""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

EVEN: Final = 0.5
"""A class at least as probable as all others together."""

HIGHEST: Final = 0.99
"""No threshold is above this: answers are never quite 1."""

FEW: Final = 20
"""Fewer photos can't show a share near 95 %, so they set no threshold above EVEN."""

OWN_KEPT: Final = 0.95
"""The share of a collection's own photos that is to lie within the farthest distance."""

FEWEST_DISTANCES: Final = 10


@dataclass(frozen=True)
class Named:
    """Of `photos`, so many got a name instead of `unknown`, and so many of those the right one."""

    photos: int
    named: int
    right: int


def threshold_for(
    precision: float, truth: NDArray[np.intp], probabilities: NDArray[np.float32]
) -> float:
    """The lowest confidence, 0 to .99, from which on `precision` (0 to 1) of the answers are right.

    `truth` (n) and `probabilities` (n, classes) are those of photos the model did not learn from.
    One wrong answer more than was seen is counted, as conformal risk control does (Angelopoulos
    and others 2022): 19 right ones of 19 show 95 %, 5 of 5 do not. Where no confidence reaches
    `precision`, it is the one that comes nearest. The threshold stands halfway to the next less
    confident answer; it is at most .5 when all answers may stay or when there are fewer than 20,
    so a small collection names its photos. A higher `precision` never gives a lower threshold.
    """
    if not len(truth):
        return EVEN
    # As classify rounds them.
    confidences = np.round(probabilities.max(axis=1).astype(np.float64), 4)
    right = probabilities.argmax(axis=1) == truth
    starts, counts = np.unique(confidences, return_counts=True)
    rights = np.array([right[confidences >= start].sum() for start in starts])
    shown = rights / (counts[::-1].cumsum()[::-1] + 1)
    enough = np.flatnonzero(shown >= precision)
    first = int(enough[0] if len(enough) else shown.argmax())
    if first == 0 or len(truth) < FEW:
        return min(EVEN, float(starts[first]))
    return min(HIGHEST, round(float(starts[first - 1] + starts[first]) / 2, 5))


def farthest_for(distances: NDArray[np.float32]) -> float | None:
    """The distance beyond which a photo is `unknown`; None when these tell none.

    `distances` (n) are those of labelled photos the model did not learn from. 95 % of photos like
    them lie within it (the quantile counts one photo more than was seen), and a slack of 1/n is
    added, because the edge of a few photos is hardly known. Fewer than 10, or all zero: None.
    """
    if len(distances) < FEWEST_DISTANCES or not distances.max() > 0:
        return None
    rank = min(len(distances), ceil((len(distances) + 1) * OWN_KEPT))
    found = float(np.sort(distances)[rank - 1]) * (1 + 1 / len(distances))
    return found if found > 0 else None


def named(
    truth: NDArray[np.intp],
    probabilities: NDArray[np.float32],
    threshold: float,
    distances: NDArray[np.float32] | None = None,
    farthest: float | None = None,
) -> Named:
    """How many of these photos get a name at the threshold and within the farthest distance."""
    if not len(truth):
        return Named(0, 0, 0)
    stays = np.round(probabilities.max(axis=1).astype(np.float64), 4) >= threshold
    if distances is not None and farthest is not None:
        stays &= distances <= farthest
    right = stays & (probabilities.argmax(axis=1) == truth)
    return Named(len(truth), int(stays.sum()), int(right.sum()))
