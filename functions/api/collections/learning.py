"""What a collection has learned, and what happens next, in words; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from functions.learning.enough import PHOTOS, Truth, Verdict, enough, missing
from functions.learning.settings import LearningSettings
from functions.runtime.database import Document

_NOT_YET: Final = "It does not learn yet: only collections that look at the whole photo do."
_ENDS: Final = "The collection is being deleted."
_RUNS: Final = "A training is running."
_WAITS: Final = "A training is about to begin."
_DUE: Final = "A training begins within a minute."


@dataclass(frozen=True)
class Progress:
    """How far a collection is: its truth, and its trainings (the open one, the last finished)."""

    truth: Truth
    open: Document | None
    last: Document | None


def learning_told(collection: Document, progress: Progress) -> Document:
    """What `LearningTold` has."""
    classes, truth = progress.truth.classes, progress.truth
    needed = missing(classes)
    try:
        verdict = enough(truth, LearningSettings.of(collection).retrain_after)
        then = _next(collection, progress, verdict)
    except ValueError as wrong:
        verdict, then = Verdict(False, str(wrong), 0), f"Nothing until the settings fit: {wrong}"
    return {
        "labels": truth.changed,
        "needed": verdict.needed,
        "classes": [
            {"label": label, "photos": classes[label], "needed": needed[label]}
            for label in sorted(classes)
        ],
        "next": then,
        "last_training": _last(progress.last),
    }


def _next(collection: Document, progress: Progress, verdict: Verdict) -> str:
    if collection.get("deletion"):
        return _ENDS
    if progress.open is not None:
        return _RUNS if progress.open["state"] == "running" else _WAITS
    if collection.get("recognizer", "whole") != "whole":
        return _NOT_YET
    if verdict.due:
        return _DUE
    short = "" if progress.truth.learned else _short(progress.truth.classes)
    if not short:
        return f"The next training begins after {_labels(verdict.needed)}."
    return f"The first training begins when two labels have {PHOTOS} photos each: {short}."


def _labels(count: int) -> str:
    if count == 1:
        return "one more new or corrected label"
    return f"{count} more new or corrected labels"


def _short(classes: Mapping[str, int]) -> str:
    """Which labels the first training still waits for; empty when for none."""
    nearest = sorted(classes.items(), key=lambda one: (-one[1], one[0]))[:2]
    told = [f"'{label}' needs {PHOTOS - count} more" for label, count in nearest if count < PHOTOS]
    lacking = 2 - len(nearest)
    if lacking:
        told.append(f"{'another label is' if lacking == 1 else 'two labels are'} needed")
    return ", ".join(told)


def _last(training: Document | None) -> Document | None:
    if training is None:
        return None
    told = {name: training.get(name) for name in ("state", "reason", "finished_at", "version")}
    return {"id": training["_id"], **told}
