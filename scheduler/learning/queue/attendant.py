"""The attendant: begins trainings, one at a time in the stack, and sees each to its end."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pymongo.database import Database

from functions.learning.trainings import FINISHED, Trainings
from functions.runtime import log
from functions.runtime.database import Document
from scheduler.learning.queue.child_process import COMMAND, ChildProcess
from scheduler.learning.queue.guard import AWAY, LOST
from scheduler.learning.queue.training_queue import PAUSE_SECONDS, TRAINING, TrainingQueue
from scheduler.lease import Lease
from scheduler.metrics import SchedulerMetrics
from scheduler.settings import SchedulerSettings

_CANCEL_SECONDS: Final = 10.0
"""So long a training that somebody cancels may take to its next step."""

_AWAY: Final = "It has to wait and is tried again: MinIO or Mongo could not be used."
_STOPPED: Final = "The scheduler was stopped; the training begins anew with it."


@dataclass
class _Running:
    """The training in hand; `cancel_at` is when its process is ended if it did not end itself."""

    id: str
    process: ChildProcess
    began: float
    cancel_at: float | None = None


class Attendant:
    """Call `look` each second, and `stop` at the end; both raise Outage and may be repeated."""

    def __init__(
        self,
        database: Database[Document],
        settings: SchedulerSettings,
        metrics: SchedulerMetrics,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._trainings = Trainings.of(database)
        self._queue = TrainingQueue.of(database)
        self._lease = Lease.of(database, TRAINING, settings.lease_seconds)
        self._threads = settings.training_threads
        self._metrics = metrics
        self._command = command
        self._running: _Running | None = None

    def look(self) -> None:
        """Begin the next training if there is none in hand, else see how that one does."""
        if self._running is None:
            self._begin()
        else:
            self._attend(self._running)

    def stop(self) -> None:
        """End the training in hand; it is queued again, and nothing is counted against it."""
        if self._running is not None:
            self._running.process.end()
            self._queue.put_back(self._running.id, self._lease.holder, _STOPPED, pause=0)
            self._let_go(self._running)
        self._lease.release()

    def _begin(self) -> None:
        if not (self._queue.waits() and self._lease.take()):
            return
        for training_id in self._queue.interrupted():
            log.said("a training lost its scheduler", logging.WARNING, training=training_id)
        training = self._queue.begin(self._lease.holder)
        if training is None:
            self._lease.release()
            return
        process = ChildProcess(training["_id"], self._threads, self._command)
        self._running = _Running(training["_id"], process, time.monotonic())
        self._metrics.training_began()
        log.said(
            "a training begins", training=training["_id"], collection=training["collection"],
            recipe=training["recipe"], pid=process.pid,
        )  # fmt: skip

    def _attend(self, running: _Running) -> None:
        code = running.process.exit_code()
        training = self._trainings.get(running.id) or {}
        ours = training.get("holder") == self._lease.holder
        if code is not None:
            if ours:
                self._settle(running, code)
            self._let_go(running)
        elif not ours or training["cancel_asked"]:
            # Cancelled, finished a moment ago, or somebody else's by now.
            self._hurry(running)

    def _hurry(self, running: _Running) -> None:
        """Its process ends by itself at its next step; see to it that it does."""
        now = time.monotonic()
        running.cancel_at = running.cancel_at or now + _CANCEL_SECONDS
        if now >= running.cancel_at:
            running.process.end()

    def _settle(self, running: _Running, code: int) -> None:
        """The process ended without writing the training's end."""
        own = (running.id, self._lease.holder)
        if code in (AWAY, LOST):
            self._queue.put_back(*own, _AWAY, PAUSE_SECONDS)
            return
        state = self._queue.died(*own)
        log.said(
            "a training's process died", logging.ERROR, training=running.id, exit_code=code,
            state=state,
        )  # fmt: skip

    def _let_go(self, running: _Running) -> None:
        training = self._trainings.get(running.id) or {}
        state = str(training.get("state"))
        seconds = time.monotonic() - running.began
        self._metrics.training_ended(state if state in FINISHED else "put back", seconds)
        log.said(
            "a training ended", training=running.id, collection=training.get("collection"),
            state=state, reason=training.get("reason"), version=training.get("version"),
            seconds=round(seconds, 1),
        )  # fmt: skip
        self._running = None
        self._lease.release()
