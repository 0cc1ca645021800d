"""Folds of a data set: photos parted for cross-validation, those that look alike kept together."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from scheduler.learning.dataset import NO_SIDE, Dataset, Rows
from scheduler.learning.recipe import CannotLearn

MOST_FOLDS: Final = 5

_SEED: Final = 20


def folds(dataset: Dataset) -> list[tuple[Rows, Rows]]:
    """For each fold the photos to learn from and the photos to judge, each photo judged once.

    Five, stratified by class; fewer when a class has fewer groups of photos that look alike. A
    class with a single group can't be both learned and judged: its photos are learned in each fold
    and never judged. Photos of no side are neither: they look like photos of both.
    Raises CannotLearn when fewer than two groups are left to be judged.
    """
    usable = np.flatnonzero(dataset.sides != NO_SIDE)
    judged = _judged(dataset, usable)
    least = min(_groups_of_classes(dataset, judged).values(), default=0)
    if least < 2:
        raise CannotLearn(
            "Nothing can be judged yet: no class has two labelled photos that differ. "
            "Label more photos of each class."
        )
    parted = StratifiedGroupKFold(min(MOST_FOLDS, least), shuffle=True, random_state=_SEED).split(
        judged, dataset.labels[judged], dataset.groups[judged]
    )
    return [
        (np.setdiff1d(usable, judged[fold]), np.sort(judged[fold]))
        for _, fold in parted
        if len(fold)
    ]


def _judged(dataset: Dataset, rows: Rows) -> Rows:
    """The photos that can be judged: their class has at least two groups, and so have all alike.

    A group that holds two classes goes with the one that is never judged, which may leave the
    other with a single group: until nothing changes.
    """
    while len(rows):
        counts = _groups_of_classes(dataset, rows)
        single = [label for label, groups in counts.items() if groups < 2]
        held = dataset.groups[rows[np.isin(dataset.labels[rows], single)]]
        left = rows[~np.isin(dataset.groups[rows], held)]
        if len(left) == len(rows):
            break
        rows = left
    return rows


def _groups_of_classes(dataset: Dataset, rows: Rows) -> dict[int, int]:
    """How many groups each class has among these photos."""
    labels: NDArray[np.intp] = dataset.labels[rows]
    return {
        int(label): len(np.unique(dataset.groups[rows[labels == label]]))
        for label in np.unique(labels)
    }
