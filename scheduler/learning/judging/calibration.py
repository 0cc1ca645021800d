"""Whether confidence can be believed: of the answers given with 80 %, 80 % should be right."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

BINS: Final = 10


@dataclass(frozen=True)
class Bin:
    """The answers with a confidence from `low` to `high` (without `high` itself, but with 1).

    `confidence` is their mean confidence, `accuracy` the share of them that is right.
    """

    low: float
    high: float
    photos: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class Calibration:
    """Bins of equal width that hold photos, lowest first, and the expected calibration error.

    The error (0 to 1) is the distance of confidence and accuracy, averaged over the photos
    (Naeini, Cooper, Hauskrecht 2015).
    """

    bins: tuple[Bin, ...]
    error: float


def calibration(right: NDArray[np.bool_], confidences: NDArray[np.float32]) -> Calibration | None:
    """Of n answers, whether each was right and how confident (0 to 1); None without answers."""
    if not len(right):
        return None
    exact = np.clip(confidences.astype(np.float64), 0, 1)
    numbers = np.minimum((exact * BINS).astype(int), BINS - 1)
    bins = tuple(
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            photos=int((numbers == number).sum()),
            confidence=float(exact[numbers == number].mean()),
            accuracy=float(right[numbers == number].mean()),
        )
        for number in np.unique(numbers).tolist()
    )
    distances = (each.photos * abs(each.confidence - each.accuracy) for each in bins)
    return Calibration(bins, sum(distances) / len(right))
