"""Several ways to learn, tried on the same photos and judged on the same others."""

import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from functions.runtime.database import Document
from scheduler.learning.dataset import HELD_OUT, NO_SIDE, TRAIN, VALIDATION, Dataset, Rows
from scheduler.learning.judging.folds import folds
from scheduler.learning.judging.gate import ENOUGH_HELD_OUT
from scheduler.learning.judging.judged import judge
from scheduler.learning.recipe import CannotLearn, Recipe, Watch
from scheduler.learning.recipes import recipe_of
from scheduler.learning.report.comparison import Compared

LINEAR, SEED, TUNED, TRANSFER = "linear", "seed", "tuned", "transfer"
CANDIDATES: Final = {
    LINEAR: "linear on pixels",
    SEED: "seed's network",
    TUNED: "tuned network",
    TRANSFER: "transfer",
}
"""What can be compared, by the names of the command line, with the names in the table."""


@dataclass(frozen=True)
class Parting:
    """Which photos are learned from, which end a training in time, and which judge; `told` why."""

    training: Rows
    ending: Rows
    judged: Rows
    told: str


def parted(dataset: Dataset) -> Parting:
    """The sides as they are; with few held-out photos a part of the training side ends trainings.

    Cross-validation would judge on more photos, but train each network from scratch five times.
    Raises CannotLearn when there is nothing to learn from or to judge.
    """
    training, held_out = dataset.on(TRAIN), dataset.on(HELD_OUT)
    if len(held_out) >= ENOUGH_HELD_OUT:
        told = f"Judged on the {len(held_out)} held-out photos, which no candidate has seen."
        return Parting(training, dataset.on(VALIDATION), held_out, told)
    judged = dataset.on(VALIDATION, HELD_OUT)
    if not len(judged):
        raise CannotLearn("There is no photo to judge on yet: label more photos.")
    only = np.isin(np.arange(len(dataset)), training)
    learned, ending = folds(replace(dataset, sides=np.where(only, dataset.sides, NO_SIDE)))[0]
    told = (
        f"Judged on {len(judged)} photos, held out and validation together, as fewer than "
        f"{ENOUGH_HELD_OUT} are held out. Instead of the validation photos {len(ending)} of the "
        "training photos ended the trainings in time. A tuned network was chosen by validation "
        "photos, so this flatters it."
    )
    return Parting(learned, ending, judged, told)


def candidate(name: str, collection: Document) -> Recipe | None:
    """The recipe behind a candidate's name; None for `tuned` before a search was made."""
    if name == LINEAR:
        from scheduler.learning.cnn.linear import Linear  # Imported late: it brings TensorFlow.

        return Linear()
    if name == SEED:
        return recipe_of("cnn", {})
    if name == TUNED:
        learning = (collection.get("settings") or {}).get("learning") or {}
        return recipe_of("cnn", collection) if learning.get("cnn") else None
    return recipe_of(TRANSFER, collection)


def compared(
    name: str, recipe: Recipe, dataset: Dataset, parting: Parting, watch: Watch
) -> Compared:
    """One candidate, learned and judged. Raises what learning raises."""
    began = time.monotonic()
    fitted = recipe.fit(dataset, parting.training, parting.ending, watch)
    seconds = time.monotonic() - began
    said = judge(
        dataset.labels[parting.judged],
        fitted.probabilities(dataset, parting.judged),
        dataset.classes,
        [dataset.photos[row] for row in parting.judged],
    )
    if said.accuracy is None or said.interval is None or said.macro_f1 is None:
        raise ValueError("there is no photo to judge on")
    return Compared(
        name=CANDIDATES[name],
        accuracy=said.accuracy,
        interval=said.interval,
        macro_f1=said.macro_f1,
        parameters=fitted.parameters,
        seconds=seconds,
        bytes=len(fitted.files()["model.tflite"]),
    )
