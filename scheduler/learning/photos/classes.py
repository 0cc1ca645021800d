"""Which labels are classes that can be learned, and the sentences that say why others are not."""

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from functions.learning.enough import CLASSES, LEAST, PHOTOS
from scheduler.learning.recipe import CannotLearn


def learnable(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels that become classes, in alphabetical order; `labels` has one a photo.

    Raises CannotLearn, with every label and its photos, unless two labels have enough photos.
    """
    counts = Counter(labels)
    if sum(count >= PHOTOS for count in counts.values()) < CLASSES:
        raise CannotLearn(
            f"Learning needs at least two labels with {PHOTOS} photos each. {_there(counts)}"
        )
    return tuple(sorted(label for label, count in counts.items() if count >= LEAST))


def too_few(labels: Iterable[str]) -> list[str]:
    """A sentence for each label that was left out because it has too few photos."""
    counts = Counter(labels)
    return [
        f"'{label}' has one photo only and is not learned yet; it needs {LEAST}."
        for label in sorted(counts)
        if counts[label] < LEAST
    ]


def check_several(labels: NDArray[np.intp]) -> None:
    """Raises CannotLearn when the photos to train on are all of one class."""
    if len(np.unique(labels)) < 2:
        raise CannotLearn(
            "The photos to train on all have the same label: "
            "more photos of the other labels are needed."
        )


def _there(counts: Mapping[str, int]) -> str:
    if not counts:
        return "No photo that can be used has a label yet."
    told = [
        f"'{label}' has {count}" + (f" ({PHOTOS - count} more needed)" if count < PHOTOS else "")
        for label, count in sorted(counts.items())
    ]
    return f"So far {', '.join(told)}."
