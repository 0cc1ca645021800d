"""The child's watch: writes how far the training is, and ends it when it has to end."""

import time
from typing import Any, Final

from functions.runtime.database import Document
from functions.runtime.faults import Outage
from scheduler.learning.queue.training_queue import TrainingQueue
from scheduler.learning.recipe import Cancelled, Progress

_PAUSE_SECONDS: Final = 0.5
_AGAIN_SECONDS: Final = 1.0


class Reporting:
    """A Watch for one training, as `begin` returned it.

    `progress` and `estimate_seconds` are those of the phase. A new phase begins only once Mongo has
    said that the training is still this scheduler's and nobody wants its end; within a phase that
    is asked at most twice a second, and an absent Mongo is no reason to stop.
    """

    def __init__(self, queue: TrainingQueue, training: Document) -> None:
        self._queue = queue
        self._own = (training["_id"], training["holder"])
        self._phase: str | None = None
        self._since = self._told = 0.0
        self.cancelled = False

    def __call__(self, progress: Progress) -> None:
        """Note a step; raises Cancelled."""
        now = time.monotonic()
        begins = progress.phase != self._phase
        if begins:
            self._phase, self._since = progress.phase, now
        elif now - self._told < _PAUSE_SECONDS:
            return
        self._told = now
        row = self._noted(_fields(progress, now - self._since), patient=begins)
        if row is None:
            raise Cancelled("the training belongs to another scheduler now")
        self.cancelled = bool(row.get("cancel_asked"))
        if self.cancelled:
            raise Cancelled("somebody asked for it")

    def _noted(self, told: dict[str, Any], patient: bool) -> Document | None:
        while True:
            try:
                return self._queue.progressed(*self._own, told)
            except Outage:
                if not patient:
                    return {}
            # The guard ends the process when Mongo stays away for longer than the lease lasts.
            time.sleep(_AGAIN_SECONDS)


def _fields(progress: Progress, seconds: float) -> dict[str, Any]:
    done = min(1.0, max(0.0, progress.done))
    return {
        "phase": progress.phase,
        "progress": done,
        "epoch": progress.epoch,
        "epochs": progress.epochs,
        "metrics": {name: float(value) for name, value in progress.metrics.items()},
        "estimate_seconds": round(seconds * (1 - done) / done, 1) if done > 0 else None,
    }
