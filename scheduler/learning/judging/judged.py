"""How good a model is on photos it did not learn from: the numbers of a report and of the gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from scheduler.learning.judging.calibration import Calibration, calibration
from scheduler.learning.judging.interval import Interval, interval

Truth = NDArray[np.intp]
"""What people say: positions (n) in the classes."""

Probabilities = NDArray[np.float32]
"""What the model says: (n, classes), each row sums to 1."""

WORST: Final = 20
"""So many mistakes are told by photo."""


@dataclass(frozen=True)
class ClassScore:
    """One class on the judged photos; `photos` have it as their label. Shares are 0 to 1.

    Without such photos there is no recall and no F1, and no precision while nothing was given
    this name.
    """

    name: str
    photos: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True)
class Mistake:
    """A photo that the model calls otherwise than people do, with the model's confidence."""

    photo: str
    label: str
    category: str
    confidence: float


@dataclass(frozen=True)
class Judged:
    """A model's answers against the labels; the most probable class counts, threshold or not.

    `accuracy`, `interval`, `macro_f1` (the mean over classes with photos) and `calibration` are
    None without photos. `confusion[label][category]` counts photos, both in the order of
    `classes`. `mistakes` has the most confident ones first, 20 at most.
    """

    photos: int
    right: int
    accuracy: float | None
    interval: Interval | None
    macro_f1: float | None
    classes: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration: Calibration | None
    mistakes: tuple[Mistake, ...]


def judge(
    truth: Truth, probabilities: Probabilities, classes: Sequence[str], photos: Sequence[str]
) -> Judged:
    """The answers held against the labels; `photos` are the ids of the n photos.

    Raises ValueError when the shapes do not fit.
    """
    if probabilities.shape != (len(truth), len(classes)) or len(photos) != len(truth):
        raise ValueError(f"{probabilities.shape} answers for {len(truth)} labels")
    said = probabilities.argmax(axis=1) if len(truth) else truth
    confidences = probabilities.max(axis=1) if len(truth) else np.zeros(0, np.float32)
    right, scores = int((said == truth).sum()), _scores(truth, said, classes)
    f1 = [score.f1 for score in scores if score.f1 is not None]
    return Judged(
        photos=len(truth),
        right=right,
        accuracy=right / len(truth) if len(truth) else None,
        interval=interval(right, len(truth)),
        macro_f1=sum(f1) / len(f1) if f1 else None,
        classes=scores,
        confusion=_confusion(truth, said, len(classes)),
        calibration=calibration(said == truth, confidences),
        mistakes=_mistakes(truth, said, confidences, classes, photos),
    )


def _scores(truth: Truth, said: Truth, classes: Sequence[str]) -> tuple[ClassScore, ...]:
    counted = np.bincount(truth, minlength=len(classes))
    if not len(truth):
        return tuple(ClassScore(name, 0, None, None, None) for name in classes)
    precision, recall, f1, _ = precision_recall_fscore_support(
        truth, said, labels=range(len(classes)), zero_division=np.nan
    )
    return tuple(
        ClassScore(
            name=name,
            photos=int(counted[row]),
            precision=None if np.isnan(precision[row]) else float(precision[row]),
            recall=float(recall[row]) if counted[row] else None,
            f1=float(f1[row]) if counted[row] else None,
        )
        for row, name in enumerate(classes)
    )


def _confusion(truth: Truth, said: Truth, classes: int) -> tuple[tuple[int, ...], ...]:
    if not len(truth):
        return ((0,) * classes,) * classes
    counted = confusion_matrix(truth, said, labels=range(classes))
    return tuple(tuple(int(count) for count in row) for row in counted)


def _mistakes(
    truth: Truth,
    said: Truth,
    confidences: NDArray[np.float32],
    classes: Sequence[str],
    photos: Sequence[str],
) -> tuple[Mistake, ...]:
    wrong = np.flatnonzero(said != truth)
    worst = wrong[np.argsort(-confidences[wrong], kind="stable")][:WORST]
    return tuple(
        Mistake(
            photos[row], classes[truth[row]], classes[said[row]], round(float(confidences[row]), 4)
        )
        for row in worst
    )
