"""The contest: what challenger and current model say of photos the challenger never learned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scheduler.learning.dataset import HELD_OUT, NO_ROWS, NO_SIDE, TRAIN, VALIDATION, Dataset, Rows
from scheduler.learning.judging import gate
from scheduler.learning.judging.cross_validation import cross_validate
from scheduler.learning.judging.standing import Standing
from scheduler.learning.recipe import Fitted, Progress, Recipe, Watch


@dataclass(frozen=True)
class Answers:
    """What a model said of photos it did not learn from.

    `truth` (n) are positions in the classes, `probabilities` (n, classes), `distances` (n).
    """

    photos: tuple[str, ...]
    truth: NDArray[np.intp]
    probabilities: NDArray[np.float32]
    distances: NDArray[np.float32]


@dataclass(frozen=True)
class Contest:
    """`judged` answers tell how good the challenger is, by the gate's `way` of choosing photos.

    `own` answers are what thresholds are chosen by: those on validation photos, or those of
    cross-validation, where each fold's photos were unknown to its model. `current` are the class
    names the current model said of the judged photos.
    """

    way: str
    judged: Answers
    own: Answers
    current: tuple[str, ...] | None

    def evidence(self, classes: Sequence[str]) -> gate.Evidence:
        """What the gate decides by; `classes` are those of the data set."""
        best = self.judged.probabilities.argmax(axis=1)
        return gate.Evidence(
            self.way,
            truth=[classes[label] for label in self.judged.truth],
            challenger=[classes[label] for label in best],
            current=self.current,
        )


def learned_rows(dataset: Dataset, recipe: Recipe) -> tuple[Rows, Rows]:
    """The photos to learn from, and those that tell when it is enough.

    Where validation photos are fewer than the recipe needs, they are learned from as well.
    """
    validation = dataset.on(VALIDATION)
    if len(validation) < recipe.enough_validation:
        return dataset.on(TRAIN, VALIDATION), NO_ROWS
    return dataset.on(TRAIN), validation


def contest(
    dataset: Dataset, recipe: Recipe, fitted: Fitted, standing: Standing | None, watch: Watch
) -> Contest:
    """Judge on the held-out photos, or by cross-validation where they are too few.

    Raises CannotLearn when nothing can be judged, and what `watch` raises.
    """
    held_out = dataset.on(HELD_OUT)
    way = gate.way(len(held_out))
    if way == gate.CROSS_VALIDATION:
        judged, current = _cross_validated(dataset, recipe, standing, watch)
        return Contest(way, judged, judged, current)
    watch(Progress("judging", 0.0))
    current = standing.says(dataset, held_out) if standing else None
    own = _own(dataset, recipe, fitted, watch)
    return Contest(way, answers(dataset, fitted, held_out), own, current)


def _own(dataset: Dataset, recipe: Recipe, fitted: Fitted, watch: Watch) -> Answers:
    """Answers about photos it may be adjusted by: never the held-out ones."""
    _, validation = learned_rows(dataset, recipe)
    if len(validation):
        return answers(dataset, fitted, validation)
    aside = np.where(dataset.sides == HELD_OUT, NO_SIDE, dataset.sides)
    return _cross_validated(replace(dataset, sides=aside), recipe, None, watch)[0]


def _cross_validated(
    dataset: Dataset, recipe: Recipe, standing: Standing | None, watch: Watch
) -> tuple[Answers, tuple[str, ...] | None]:
    found = cross_validate(dataset, recipe, standing.again if standing else None, watch)
    judged = Answers(
        tuple(dataset.photos[row] for row in found.rows),
        dataset.labels[found.rows],
        found.probabilities,
        found.distances,
    )
    return judged, found.current


def answers(dataset: Dataset, fitted: Fitted, rows: Rows) -> Answers:
    """What a model says of these photos' images."""
    photos = tuple(dataset.photos[row] for row in rows)
    if not len(rows):
        none = np.zeros((0, len(dataset.classes)), np.float32)
        return Answers(photos, dataset.labels[rows], none, np.zeros(0, np.float32))
    probabilities = fitted.probabilities(dataset, rows)
    return Answers(photos, dataset.labels[rows], probabilities, fitted.distances(dataset, rows))
