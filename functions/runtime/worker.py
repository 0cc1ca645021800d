"""The threads that work: they take due rows, alone where a row has killed its process before."""

import logging
import os
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from functions.runtime import log
from functions.runtime.claim import Claim, Outcome
from functions.runtime.faults import ClaimLost, Outage
from functions.runtime.gate import Gate
from functions.runtime.inbox import Inbox
from functions.runtime.metrics import Metrics
from functions.runtime.work import Work

_SWEEP_SECONDS: Final = 1.0
_SETTLE_AGAIN_SECONDS: Final = 0.5
_POLL_SECONDS: Final = 0.05
_HUNG: Final = 70


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
        self.outage: str | None = None
        self._threads = [
            threading.Thread(target=self._work, name=f"work-{number}", daemon=True)
            for number in range(threads)
        ]
        self._threads.append(threading.Thread(target=self._sweep, name="sweep", daemon=True))
        self._watch = threading.Thread(target=self._end_when_hung, name="watch", daemon=True)

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
        while not self._stopping.wait(_SWEEP_SECONDS):
            try:
                rows = list(self._inbox.due())
                self.outage = None
            except Outage as fault:
                self._say_outage(fault)
                continue
            for row_id, alone in rows:
                if not alone:
                    self.hint(row_id)
            for row_id in (row_id for row_id, alone in rows if alone):
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
        except Outage as fault:
            self._say_outage(fault)
            return
        if claim is not None:
            self._deliver(claim)

    def _deliver(self, claim: Claim) -> None:
        start = time.monotonic()
        if not (claim.failures or claim.deaths or claim.tries):
            lag = (datetime.now(UTC) - claim.event_at).total_seconds()
            self._metrics.lag_seconds.observe(max(0.0, lag))
        work = self._begin(claim)
        try:
            outcome = self._handled(work)
            state = self._settle(claim, work.worked, outcome)
        except ClaimLost as fault:
            outcome, state = Outcome("waiting", "claim-lost", reason=str(fault)), None
        if state is None:
            # A write of ours may have come after another worker's: one more look mends it.
            state = self._look_again(claim)
        seconds = time.monotonic() - start
        self._metrics.handler_seconds.observe(seconds)
        self._metrics.attempts.labels(work.function.name, outcome.word).inc()
        log.delivered(claim, outcome, work.worked, state, seconds * 1000)

    def _handled(self, work: Work) -> Outcome:
        self._running.add(work.claim)
        try:
            return work.run()
        finally:
            self._running.remove(work.claim)

    def _settle(self, claim: Claim, worked: str | None, outcome: Outcome) -> str | None:
        """As Inbox.settle, and patient with an outage, however long: the work is done."""
        while True:
            try:
                return self._inbox.settle(claim, worked, outcome)
            except Outage as fault:
                self._say_outage(fault)
                if self._stopping.wait(_SETTLE_AGAIN_SECONDS):
                    raise ClaimLost(f"{claim.row}: {fault}") from fault

    def _look_again(self, claim: Claim) -> str:
        try:
            self._inbox.ask(claim.bucket, claim.key)
        except Outage as fault:
            self._say_outage(fault)
        return "waiting"

    def _end_when_hung(self) -> None:
        """End the process once a handler has used half its lease: nothing else can stop it.

        Looks are counted, not time: a process that was itself put to sleep has to wake up and
        look again at what it has in hand, and not to die of it.
        """
        half = self._inbox.lease_seconds / 2
        pause = min(1.0, half / 4)
        looks: Counter[Claim] = Counter()
        while True:
            time.sleep(pause)
            looks = Counter({claim: looks[claim] + 1 for claim in list(self._running)})
            for claim, count in looks.items():
                if count * pause > half:
                    log.said(
                        "a handler hangs; the process ends itself",
                        logging.CRITICAL,
                        delivery=claim.row,
                    )
                    os._exit(_HUNG)

    def _say_outage(self, fault: Outage) -> None:
        if self.outage is None:
            log.said("Mongo can't be used; waiting", logging.WARNING, reason=str(fault))
        self.outage = str(fault)
