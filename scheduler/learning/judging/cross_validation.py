"""Cross-validation: how good a recipe is where too few photos are held out to tell.

    again = Relearned(recipe_of_current, learned_from=data["photos"])
    judged = cross_validate(dataset, challenger, again, watch)

The photos are parted in folds. For each, the challenger learns from all other folds, but for their
held-out photos, which only judge, and says what it sees in this one. The current model has learned
these photos, so its answers about them would tell nothing: it too is learned again, from those
photos and labels it had, without the fold's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from functions.classify.answer import UNKNOWN
from scheduler.learning.dataset import NO_ROWS, Dataset, Rows
from scheduler.learning.judging.folds import folds
from scheduler.learning.recipe import Progress, Recipe, Watch

PHASE: Final = "cross-validation"


class Again(Protocol):
    """The current model, made again for each fold: by Relearned, or by any such callable."""

    def __call__(
        self, dataset: Dataset, training: Rows, fold: Rows, watch: Watch
    ) -> NDArray[np.str_]:
        """What it says of the fold's photos when it knows of these training photos at most."""


@dataclass(frozen=True)
class OutOfFold:
    """What was said of photos by models that had not learned them.

    `rows` (m) are the judged photos in order; `probabilities` (m, classes) and `distances` (m) are
    the challenger's; `truth`, `challenger` and `current` (m) are class names.
    """

    rows: Rows
    probabilities: NDArray[np.float32]
    distances: NDArray[np.float32]
    truth: tuple[str, ...]
    challenger: tuple[str, ...]
    current: tuple[str, ...] | None


def cross_validate(
    dataset: Dataset, challenger: Recipe, current: Again | None, watch: Watch
) -> OutOfFold:
    """Judge a recipe, and the current model beside it; the same data set gives the same.

    Raises CannotLearn when no photos can be parted, and what the recipes and `watch` raise.
    """
    parts = folds(dataset)
    steps = _steps(watch, len(parts) * (1 if current is None else 2))
    probabilities = np.zeros((len(dataset), len(dataset.classes)), dtype=np.float32)
    distances = np.zeros(len(dataset), dtype=np.float32)
    before = np.full(len(dataset), UNKNOWN, dtype=object)
    for training, fold in parts:
        answers = _answers(dataset, challenger, training, fold, next(steps))
        probabilities[fold], distances[fold] = answers
        if current is not None:
            before[fold] = current(dataset, training, fold, next(steps))
    rows = np.sort(np.concatenate([fold for _, fold in parts]))
    return OutOfFold(
        rows,
        probabilities[rows],
        distances[rows],
        truth=tuple(dataset.label_of(row) for row in rows),
        challenger=tuple(dataset.classes[best] for best in probabilities[rows].argmax(axis=1)),
        current=None if current is None else tuple(str(word) for word in before[rows]),
    )


def _answers(
    dataset: Dataset, challenger: Recipe, training: Rows, fold: Rows, watch: Watch
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The challenger's probabilities (fold, classes) and distances (fold)."""
    present = np.unique(dataset.labels[training])
    if len(present) == 1:
        # There is nothing to tell apart: the one class is all that can be said.
        sure = np.zeros((len(fold), len(dataset.classes)), dtype=np.float32)
        sure[:, present[0]] = 1
        return sure, np.zeros(len(fold), dtype=np.float32)
    fitted = challenger.fit(dataset, training, NO_ROWS, watch)
    return fitted.probabilities(dataset, fold), fitted.distances(dataset, fold)


@dataclass(frozen=True)
class Relearned:
    """A current model made again by its recipe; `learned_from` is its photos and their labels."""

    recipe: Recipe
    learned_from: Mapping[str, str]

    def __call__(
        self, dataset: Dataset, training: Rows, fold: Rows, watch: Watch
    ) -> NDArray[np.str_]:
        """As Again."""
        then, known = self._then(dataset)
        rows = training[known[training]]
        present = np.unique(then.labels[rows])
        if len(present) < 2:
            only = then.classes[int(present[0])] if len(present) else UNKNOWN
            return np.full(len(fold), only)
        fitted = self.recipe.fit(then, rows, NO_ROWS, watch)
        best = fitted.probabilities(then, fold).argmax(axis=1)
        return np.array([then.classes[label] for label in best])

    def _then(self, dataset: Dataset) -> tuple[Dataset, NDArray[np.bool_]]:
        """The data set with the labels of that time, and which of its photos had one."""
        classes = tuple(sorted(set(self.learned_from.values())))
        position = {name: number for number, name in enumerate(classes)}
        labels = [position.get(self.learned_from.get(photo, ""), -1) for photo in dataset.photos]
        known = np.array(labels) >= 0
        # A photo without a label of that time gets any: it is only asked about, never learned.
        return replace(dataset, classes=classes, labels=np.maximum(labels, 0)), known


def _steps(watch: Watch, count: int) -> Iterator[Watch]:
    """A watch for each step of so many; together they go once from 0 to 1."""
    for step in range(count):
        yield _step(watch, step, count)


def _step(watch: Watch, step: int, count: int) -> Watch:
    furthest = 0.0

    def told(progress: Progress) -> None:
        nonlocal furthest
        furthest = max(furthest, min(1.0, progress.done))
        watch(replace(progress, phase=PHASE, done=(step + furthest) / count))

    told(Progress(PHASE, 0.0))
    return told
