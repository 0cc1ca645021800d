"""The recipes on folders of photos: learned from `train`, measured on `test`, beside a baseline."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.figures import Figure, at_least, at_most
from functions.learning.settings import LearningSettings
from scheduler.learning.challenger import Limits
from scheduler.learning.dataset import HELD_OUT, Dataset
from scheduler.learning.judging.contest import answers, contest, learned_rows
from scheduler.learning.judging.judged import judge
from scheduler.learning.judging.thresholds import named
from scheduler.learning.recipe import Fitted, Progress, Recipe
from scheduler.learning.recipes import recipe_of

_LINEAR: Final = "a linear model on the same features"


@dataclass(frozen=True)
class Learned:
    """A recipe's result on a data set, the seconds it took, and when it says `unknown`."""

    recipe: Recipe
    fitted: Fitted
    seconds: float
    limits: Limits


def learned(dataset: Dataset, name: str) -> Learned:
    """Learn a data set by the recipe of this name, as a training in the product does."""
    recipe = recipe_of(name, {})
    began = time.perf_counter()
    fitted = recipe.fit(dataset, *learned_rows(dataset, recipe), _unwatched)
    seconds = time.perf_counter() - began
    own = contest(dataset, recipe, fitted, None, _unwatched).own
    return Learned(recipe, fitted, seconds, Limits.chosen(LearningSettings.precision, own))


def accuracy(dataset: Dataset, one: Learned, goal: float | None) -> Iterator[Figure]:
    """Accuracy on the test photos in per cent, the ends of its interval, macro F1, seconds, MB."""
    told = answers(dataset, one.fitted, dataset.on(HELD_OUT))
    judged = judge(told.truth, told.probabilities, dataset.classes, told.photos)
    name = f"{dataset.collection}, {one.recipe.name}"
    share, interval = judged.accuracy or 0.0, judged.interval
    between = f" ({100 * interval.low:.1f} to {100 * interval.high:.1f})" if interval else ""
    yield Figure(
        f"{name}: right of {judged.photos} test photos{between}",
        "%",
        100 * share,
        _LINEAR,
        100 * _linear(dataset),
        at_least(goal) if goal else None,
    )
    yield Figure(f"{name}: macro F1", "%", 100 * (judged.macro_f1 or 0.0))
    yield Figure(f"{name}: training", "s", one.seconds)
    size = len(one.fitted.files()["model.tflite"])
    yield Figure(f"{name}: model.tflite of {one.fitted.parameters:,} numbers", "MB", size / 1e6)


def unknowns(dataset: Dataset, foreign: Dataset, one: Learned, goals: bool) -> Iterator[Figure]:
    """How many strangers and how many own test photos are `unknown`, in per cent."""
    name = f"{dataset.collection}, {one.recipe.name}: unknown of"
    for what, photos, goal in (
        (f"{len(foreign)} strangers", foreign, at_least(85)),
        ("its test photos", dataset, at_most(10)),
    ):
        told = answers(photos, one.fitted, photos.on(HELD_OUT))
        limits = one.limits
        ours = (told.truth, told.probabilities)
        full = named(*ours, limits.threshold, told.distances, limits.farthest)
        alone = named(*ours, limits.threshold)
        yield Figure(
            f"{name} {what}",
            "%",
            100 * (1 - full.named / full.photos),
            "the same without the distance",
            100 * (1 - alone.named / alone.photos),
            goal if goals else None,
        )


def _linear(dataset: Dataset) -> float:
    """The share of test photos that a logistic regression on the images' features gets right."""
    known = np.flatnonzero(dataset.sides != HELD_OUT)
    test = dataset.on(HELD_OUT)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
    model.fit(dataset.features[known], dataset.labels[known])
    return float(model.score(dataset.features[test], dataset.labels[test]))


def _unwatched(_: Progress) -> None:
    """Nobody waits for steps here."""
