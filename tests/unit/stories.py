"""Stories of trainings for the tests of reports; the answers in them are made up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import TypeAdapter

from scheduler.learning.judging.judged import Judged, judge
from scheduler.learning.report.story import ReportStory

CLOTHES: Final = ("hat", "pants", "shoes", "t-shirt")


def answers(rows: ArrayLike) -> NDArray[np.float32]:
    """Probabilities as a model gives them."""
    return np.array(rows, np.float32)


def judged(classes: Sequence[str], photos: int, right: float = 0.8) -> Judged:
    """A model judged on so many photos, right for about this share of them."""
    random = np.random.default_rng(4)
    truth = random.integers(0, len(classes), photos)
    said = np.where(random.random(photos) < right, truth, random.integers(0, len(classes), photos))
    given = random.dirichlet(np.ones(len(classes)), photos) / 2
    given[np.arange(photos), said] += 0.5
    return judge(truth, answers(given), classes, [f"photo-{number}" for number in range(photos)])


def story(seen: Judged, **other: Any) -> ReportStory:
    """What there is to tell of a training with this result."""
    names = [score.name for score in seen.classes]
    counts: Mapping[str, Mapping[str, int]] = {
        "train": dict.fromkeys(names, 70),
        "held out": {score.name: score.photos for score in seen.classes},
    }
    told = ReportStory(
        collection="clothes",
        version="transfer-20261121-140501-1a2b3c4d",
        parent=None,
        made_at=datetime(2026, 11, 21, 14, 5, 1, tzinfo=UTC),
        code_version="0.1.0",
        backbone="efficientnet-lite0-4be1c3f0",
        recipe="transfer",
        settings={"dropout": 0.3, "seed": 7},
        parameters=330_506,
        digest="9f8e7d6c5b4a3921",
        counts=counts,
        variants=["rotate-90", "crop"],
        curves={
            "loss": [1.9, 0.8, 0.4],
            "accuracy": [0.4, 0.7, 0.9],
            "val_loss": [1.8, 0.9, 0.7],
            "val_accuracy": [0.5, 0.7, 0.8],
        },
        judged=seen,
        cross_validated=False,
        precision=0.95,
        threshold=0.62,
        farthest=0.4,
        named=None,
        seconds=8.4,
        memory_mb=812.0,
    )
    return replace(told, **other)


def read_story(report: bytes) -> ReportStory:
    """The story that a `report.json` tells."""
    return TypeAdapter(ReportStory).validate_json(report)
