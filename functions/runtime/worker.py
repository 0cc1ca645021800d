"""The threads that work: they take due rows, alone where a row has killed its process before."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from functions.runtime import log
from functions.runtime.attempt import attempt
from functions.runtime.claim import Claim, Outcome
from functions.runtime.faults import Outage
from functions.runtime.gate import Gate
from functions.runtime.inbox import Inbox
from functions.runtime.metrics import Metrics
from functions.runtime.watch import end_when_hung
from functions.runtime.work import Work

_SWEEP_SECONDS: Final = 1.0
_BUSY_SWEEP_SECONDS: Final = 5.0
_POLL_SECONDS: Final = 0.05


class Worker:
    """Works on one function's deliveries with some threads, until it is stopped.

    `begin` makes the work of a claim. A row named by `hint` is taken at once; a sweep each second
    finds all others: those that waited, those of dead processes, those other replicas heard of.
    """

    def __init__(
        self, inbox: Inbox, metrics: Metrics, threads: int, begin: Callable[[Claim], Work]
    ) -> None:
        self._inbox = inbox
        self._metrics = metrics
        self._begin = begin
        self._rows: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._queued: set[str] = set()
        self._gate = Gate()
        self._stopping = threading.Event()
        self._running: set[Claim] = set()
        self._mongo_is_away = False
        self.outage: str | None = None
        """What the last handler that met an outage met, until one meets none."""
        self._threads = [
            threading.Thread(target=self._work, name=f"work-{number}", daemon=True)
            for number in range(threads)
        ]
        self._threads.append(threading.Thread(target=self._sweep, name="sweep", daemon=True))
        watched = (inbox.lease_seconds / 2, self._running, self._is_whole)
        self._watch = threading.Thread(
            target=end_when_hung, args=watched, name="watch", daemon=True
        )

    def start(self) -> None:
        """Start the threads."""
        for thread in (*self._threads, self._watch):
            thread.start()

    def stop(self, grace_seconds: float) -> None:
        """Take nothing new, let what runs end, and give back what does not end in time."""
        self._stopping.set()
        end = time.monotonic() + grace_seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        for claim in list(self._running):
            with suppress(Outage):
                self._inbox.settle(claim, None, Outcome("waiting", "stopped"))

    def alive(self) -> bool:
        """True while every thread runs."""
        return all(thread.is_alive() for thread in self._threads)

    def hint(self, row_id: str) -> None:
        """A row has just become due."""
        if row_id not in self._queued:
            self._queued.add(row_id)
            self._rows.put(row_id)

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                row_id = self._rows.get(timeout=0.2)
            except queue.Empty:
                continue
            with self._gate.together():
                self._queued.discard(row_id)
                self._take(row_id, alone=False)

    def _sweep(self) -> None:
        last = 0.0
        while not self._stopping.wait(_SWEEP_SECONDS):
            if self._queued and time.monotonic() < last + _BUSY_SWEEP_SECONDS:
                # There is work in hand, and reading a long list of waiting rows is not free.
                continue
            last = time.monotonic()
            try:
                rows = list(self._inbox.due())
                self._mongo_is_away = False
            except Outage as fault:
                self._say_outage(fault)
                continue
            for row_id, alone in rows:
                if not alone:
                    self.hint(row_id)
            # One at a time, so that a row that hangs does not keep the sweep from all others.
            for row_id in [row_id for row_id, alone in rows if alone][:1]:
                self._let_others_go_first()
                with self._gate.alone():
                    self._take(row_id, alone=True)

    def _let_others_go_first(self) -> None:
        """Wait until no hint is left, a lease at most: it may kill the process again."""
        latest = time.monotonic() + self._inbox.lease_seconds
        while self._queued and time.monotonic() < latest:
            if self._stopping.wait(_POLL_SECONDS):
                return

    def _take(self, row_id: str, alone: bool) -> None:
        """Claim the row and work on it; nothing happens when it is not due any more."""
        if self._stopping.is_set():
            return
        try:
            claim = self._inbox.claim(row_id, alone)
            if claim is not None:
                self._attempt(claim)
        except Outage as fault:
            self._say_outage(fault)

    def _attempt(self, claim: Claim) -> None:
        work = self._begin(claim)
        outcome = attempt(work, self._inbox, self._metrics, self._running, self._stopping)
        self.outage = outcome.reason if outcome.word == "outage" else None

    def _is_whole(self) -> bool:
        return self.alive() or self._stopping.is_set()

    def _say_outage(self, fault: Outage) -> None:
        if not self._mongo_is_away:
            log.said("Mongo can't be used; waiting", logging.WARNING, reason=str(fault))
        self._mongo_is_away = True
