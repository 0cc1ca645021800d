"""Folds of a data set: photos parted for cross-validation, those that look alike kept together."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from scheduler.learning.dataset import HELD_OUT, TRAIN, VALIDATION, Dataset, Rows
from scheduler.learning.recipe import CannotLearn

MOST_FOLDS: Final = 5

_SEED: Final = 20


def folds(dataset: Dataset) -> list[tuple[Rows, Rows]]:
    """For each fold the photos to learn from and the photos to judge, each photo judged once.

    Five, stratified by class; fewer when a class has fewer groups of photos that look alike. A
    class with a single group can't be both learned and judged: its photos are learned in each fold
    and never judged. Held-out photos only judge: no fold learns them, nor a class that has no
    others. Photos of no side are neither: they look like photos of both.
    Raises CannotLearn when fewer than two groups are left to be learned and judged.
    """
    learned = dataset.on(TRAIN, VALIDATION)
    judged = _judged(dataset, learned)
    least = min(_groups_of_classes(dataset, judged).values(), default=0)
    if least < 2:
        raise CannotLearn(
            "Nothing can be judged yet: no class has two labelled photos that differ. "
            "Label more photos of each class."
        )
    parted = StratifiedGroupKFold(min(MOST_FOLDS, least), shuffle=True, random_state=_SEED).split(
        judged, dataset.labels[judged], dataset.groups[judged]
    )
    parts = [judged[fold] for _, fold in parted if len(fold)]
    dealt = _held_out(dataset, parts, always=np.setdiff1d(learned, judged))
    return [
        (np.setdiff1d(learned, part), np.sort(np.concatenate([part, more])))
        for part, more in zip(parts, dealt, strict=True)
    ]


def _held_out(dataset: Dataset, parts: Sequence[Rows], always: Rows) -> list[Rows]:
    """The held-out photos of each part: beside those that look like them, else in turns.

    One that looks like photos which are learned `always` is judged nowhere.
    """
    rows = dataset.on(HELD_OUT)
    rows = rows[~np.isin(dataset.groups[rows], dataset.groups[always])]
    place = {int(group): at for at, part in enumerate(parts) for group in dataset.groups[part]}
    for group in np.unique(dataset.groups[rows]):
        place.setdefault(int(group), len(place) % len(parts))
    own = np.array([place[int(group)] for group in dataset.groups[rows]], np.intp)
    return [rows[own == at] for at in range(len(parts))]


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
