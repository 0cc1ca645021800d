"""One claim's work, and the one place where what was raised becomes what happens to the row."""

import random
import traceback
from dataclasses import dataclass
from typing import Final

from functions.runtime.claim import Claim, Outcome
from functions.runtime.delivery import Delivery
from functions.runtime.event import GONE
from functions.runtime.faults import Fault, Outage, Rejected, Superseded
from functions.runtime.function import Function
from functions.runtime.records import Records
from functions.runtime.storage import Storage, StoredObject

MOST_FAILURES: Final = 5
MOST_DEATHS: Final = 5
MOST_DEATHS_ALONE: Final = 2
LONGEST_WAIT: Final = 60.0
_LONGEST_TRACEBACK: Final = 16_000
_LONGEST_REASON: Final = 1_000
_OUR_CODE: Final = "internal-error"
_OURS: Final = "Something failed on our side, not with the photo; an operator can replay it."
_DIED: Final = "The process died each time it worked on this object, the last times on it alone."


@dataclass
class Work:
    """The work on one claim; `worked` is the content it found, once it has looked."""

    function: Function
    claim: Claim
    storage: Storage
    records: Records
    version: str
    wired: tuple[str, ...]
    worked: str | None = None

    def run(self) -> Outcome:
        """Do the work and say how it ended. Raises ClaimLost when it is another worker's now."""
        try:
            return self._attempt()
        except Superseded as fault:
            return _again("superseded", fault, self.claim.tries)
        except Outage as fault:
            return _again("outage", fault, self.claim.tries)
        except Rejected as fault:
            return _refused(fault)

    def _attempt(self) -> Outcome:
        try:
            return self._deliver()
        except Fault:
            raise
        except Exception as bug:  # noqa: BLE001 - whatever else is raised is a bug of ours
            return self._failed(bug)

    def _deliver(self) -> Outcome:
        source = self.storage.read(self.function.listens_to, self.claim.key)
        self.worked = source.etag if source else GONE
        try:
            delivery = self._delivery()
        except Rejected as refusal:
            # No photo can have this key, so no record can tell: operators see it in the inbox.
            return _refused(refusal) if source else Outcome("done", "done")
        if self.claim.deaths >= MOST_DEATHS and self.claim.deaths_alone >= MOST_DEATHS_ALONE:
            delivery.mark("failed", {}, "process-died", _OURS)
            return Outcome("parked", "died", "process-died", _DIED)
        return self._handle(delivery, source)

    def _handle(self, delivery: Delivery, source: StoredObject | None) -> Outcome:
        if source is None:
            self.function.gone(delivery)
            return Outcome("done", "done")
        try:
            fields = self.function.make(delivery, source)
        except Rejected as refusal:
            forgotten = self.function.rejected(delivery)
            delivery.mark("rejected", forgotten, refusal.code, refusal.reason)
            return _refused(refusal)
        if delivery.mark("done", fields):
            return Outcome("done", "done")
        if self.records.lives(delivery.photo):
            raise Superseded(f"a newer claim has spoken of photo {delivery.photo.id}")
        # The record comes before the image: an object without one is nobody's, or was removed.
        self.function.gone(delivery)
        return Outcome("done", "done")

    def _failed(self, bug: Exception) -> Outcome:
        told = "".join(traceback.format_exception(bug))[-_LONGEST_TRACEBACK:]
        if self.claim.failures + 1 < MOST_FAILURES:
            wait = backoff(self.claim.failures)
            return Outcome(
                "waiting", "failed", "internal-error", _short(bug), told, wait, failures=1
            )
        self._delivery().mark("failed", {}, _OUR_CODE, _OURS)
        return Outcome("parked", "failed", _OUR_CODE, _short(bug), told, failures=1)

    def _delivery(self) -> Delivery:
        return Delivery(
            function=self.function.name,
            version=self.version,
            wired=self.wired,
            photo=self.function.photo_of(self.claim.key),
            claim=self.claim,
            content=self.worked or "",
            storage=self.storage,
            records=self.records,
        )


def _short(bug: Exception) -> str:
    return repr(bug)[:_LONGEST_REASON]


def backoff(tries: int) -> float:
    """Seconds to wait after so many tries: doubling, with full jitter above half, at most 60.

    Jitter as in Brooker, "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015).
    """
    longest = min(LONGEST_WAIT, 0.25 * 2.0 ** min(tries, 16))
    return random.uniform(longest / 2, longest)


def _again(word: str, fault: Fault, tries: int) -> Outcome:
    return Outcome("waiting", word, reason=str(fault), delay_seconds=backoff(tries), tries=1)


def _refused(refusal: Rejected) -> Outcome:
    return Outcome("parked", "rejected", refusal.code, refusal.reason)
