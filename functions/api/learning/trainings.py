"""A training's document as people see it; pure."""

import math
from typing import Final

from functions.runtime.database import Document

_AS_STORED: Final = (
    "collection", "recipe", "state", "phase", "epoch", "epochs", "estimate_seconds", "version",
    "reason", "asked_by", "asked_at", "started_at", "finished_at",
)  # fmt: skip


def training_told(training: Document) -> Document:
    """The training as `TrainingTold` has it."""
    metrics = training.get("metrics") or {}
    return {
        "id": training["_id"],
        **{name: training.get(name) for name in _AS_STORED},
        "cancelling": bool(training.get("cancel_asked")) and training["state"] == "running",
        "progress": training.get("progress") or 0.0,
        "metrics": {name: _number(value) for name, value in metrics.items()},
    }


def _number(value: float) -> float | None:
    """A loss may have run away, and JSON has no word for that."""
    return value if math.isfinite(value) else None
