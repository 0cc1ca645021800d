"""What there is to tell about one training: everything a report is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter

from scheduler.learning.judging.judged import Judged
from scheduler.learning.judging.thresholds import Named


@dataclass(frozen=True)
class ReportStory:
    """One learned version. Numbers are plain ones of Python, not NumPy's.

    `made_at` is a time with its zone. `cross_validated` tells how `judged` came to be: False is
    on held-out photos, True is each photo by a model that had not learned from it. `named` is
    what `threshold` (0 to 1, chosen for `precision`) and `farthest` make of the judged photos.
    `counts` is side -> class -> labelled photos, `variants` are the names learned from beside the
    image, `settings` the recipe's hyper-parameters, `curves` one number an epoch under each of
    `loss`, `accuracy`, `val_loss`, `val_accuracy` (any may be missing). `seconds` are of the
    training, `memory_mb` is its peak in MiB. `became_current` and `reason` (a sentence) are the
    gate's decision; None while there is none.
    """

    collection: str
    version: str
    parent: str | None
    made_at: datetime
    code_version: str
    backbone: str | None
    recipe: str
    settings: Mapping[str, float | int | str]
    parameters: int
    digest: str
    counts: Mapping[str, Mapping[str, int]]
    variants: Sequence[str]
    curves: Mapping[str, Sequence[float | None]]
    judged: Judged
    cross_validated: bool
    precision: float
    threshold: float
    farthest: float | None
    named: Named | None
    seconds: float
    memory_mb: float | None
    became_current: bool | None = None
    reason: str = ""

    def as_json(self) -> bytes:
        """`report.json`: the fields above by their names. What is not finite becomes null."""
        return _STORY.dump_json(self, indent=1)


_STORY: Final = TypeAdapter(ReportStory)
