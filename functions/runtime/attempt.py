"""One attempt at a delivery, from its claim to its outcome line."""

import threading
import time
from datetime import UTC, datetime
from typing import Final

from functions.runtime import log
from functions.runtime.claim import Claim, Outcome
from functions.runtime.faults import ClaimLost, Outage
from functions.runtime.inbox import Inbox
from functions.runtime.metrics import Metrics
from functions.runtime.work import Work

_SETTLE_AGAIN_SECONDS: Final = 0.5


def attempt(
    work: Work, inbox: Inbox, metrics: Metrics, running: set[Claim], stopping: threading.Event
) -> Outcome:
    """Do the work, settle its row, count it, and say how it went; returns that too.

    The claim stands in `running` while its handler runs. Raises Outage when the row could not be
    asked for the one more look that a lost claim needs: its lease runs out, and the sweep finds it.
    """
    claim, start = work.claim, time.monotonic()
    if not (claim.failures or claim.deaths or claim.tries):
        lag = (datetime.now(UTC) - claim.event_at).total_seconds()
        metrics.lag_seconds.observe(max(0.0, lag))
    running.add(claim)
    try:
        outcome = work.run()
        running.discard(claim)
        seconds = time.monotonic() - start
        state = _settle(inbox, claim, work.worked, outcome, stopping)
    except ClaimLost as fault:
        outcome, state = Outcome("waiting", "claim-lost", reason=str(fault)), None
        seconds = time.monotonic() - start
    finally:
        running.discard(claim)
    metrics.handler_seconds.observe(seconds)
    metrics.attempts.labels(work.function.name, outcome.word).inc()
    log.delivered(claim, outcome, work.worked, state or "waiting", seconds * 1000)
    if state is None:
        # A write of ours may have come after another worker's: one more look mends it.
        inbox.ask(claim.bucket, claim.key)
    return outcome


def _settle(
    inbox: Inbox, claim: Claim, worked: str | None, outcome: Outcome, stopping: threading.Event
) -> str | None:
    """As Inbox.settle, and patient with an outage, however long: the work is done."""
    while True:
        try:
            return inbox.settle(claim, worked, outcome)
        except Outage as fault:
            if stopping.wait(_SETTLE_AGAIN_SECONDS):
                raise ClaimLost(f"{claim.row}: {fault}") from fault
