"""A challenger with all that is known of it, as the version folder that is published."""

import json
import resource
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

import numpy as np

from functions.runtime.version import code_version
from scheduler.learning.dataset import SIDES, Dataset
from scheduler.learning.judging.contest import Answers, Contest, learned_rows
from scheduler.learning.judging.gate import CROSS_VALIDATION, Decision
from scheduler.learning.judging.judged import judge
from scheduler.learning.judging.thresholds import Named, farthest_for, named, threshold_for
from scheduler.learning.recipe import Fitted, Recipe
from scheduler.learning.report.files import report_files
from scheduler.learning.report.story import ReportStory
from scheduler.version_folder import Folder

_KIB_IN_MIB: Final = 1024


@dataclass(frozen=True)
class Limits:
    """Below the confidence `threshold`, and beyond the distance `farthest`, a photo is unknown."""

    threshold: float
    farthest: float | None

    @classmethod
    def chosen(cls, precision: float, own: Answers) -> Self:
        """Those at which `precision` (0 to 1) of the answers to these photos are right."""
        threshold = threshold_for(precision, own.truth, own.probabilities)
        return cls(threshold, farthest_for(own.distances))

    def named(self, judged: Answers) -> Named:
        """What they make of these photos."""
        return named(
            judged.truth, judged.probabilities, self.threshold, judged.distances, self.farthest
        )


@dataclass(frozen=True)
class Challenger:
    """A fitted recipe after its contest; `parent` was current then, `seconds` took the training."""

    dataset: Dataset
    recipe: Recipe
    fitted: Fitted
    contest: Contest
    limits: Limits
    decision: Decision
    parent: str | None
    precision: float
    made_at: datetime
    seconds: float

    @property
    def version(self) -> str:
        """Its name: recipe, time and the beginning of the data set's digest."""
        digest = self.dataset.digest()[:8]
        return f"{self.recipe.name}-{self.made_at:%Y%m%d-%H%M%S}-{digest}"

    def folder(self) -> Folder:
        """The version as it is published: the model, what it was made of, and its report."""
        return Folder(
            collection=self.dataset.collection,
            version=self.version,
            kind=self.fitted.kind,
            files={
                **self.fitted.files(),
                "labels.json": _json(self.dataset.classes),
                "data.json": _json(self._data()),
                **report_files(self.story()),
            },
            about={"recipe": self.recipe.name, "parent": self.parent or ""},
            backbone=self.dataset.backbone,
            threshold=self.limits.threshold,
            farthest=self.limits.farthest,
        )

    def _data(self) -> dict[str, object]:
        """What it was learned from, and on which side each photo of the data set stands."""
        training = np.concatenate(learned_rows(self.dataset, self.recipe))
        dataset = self.dataset
        return {
            "digest": dataset.digest(),
            "photos": {dataset.photos[row]: dataset.label_of(row) for row in training},
            "sides": dict(zip(dataset.photos, dataset.sides.tolist(), strict=True)),
            "variants": list(dataset.variants),
        }

    def story(self) -> ReportStory:
        """What its report tells."""
        dataset, judged = self.dataset, self.contest.judged
        return ReportStory(
            collection=dataset.collection,
            version=self.version,
            parent=self.parent,
            made_at=self.made_at,
            code_version=code_version(),
            backbone=dataset.backbone,
            recipe=self.recipe.name,
            settings=self.recipe.settings,
            parameters=self.fitted.parameters,
            digest=dataset.digest(),
            counts={side: dict(dataset.counts(dataset.on(side))) for side in SIDES},
            variants=dataset.variants,
            curves=self.fitted.curves,
            judged=judge(judged.truth, judged.probabilities, dataset.classes, judged.photos),
            cross_validated=self.contest.way == CROSS_VALIDATION,
            precision=self.precision,
            threshold=self.limits.threshold,
            farthest=self.limits.farthest,
            named=self.limits.named(judged),
            seconds=self.seconds,
            memory_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_IN_MIB,
            became_current=self.decision.publish,
            reason=self.decision.reason,
        )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
