"""Moves a collection's pointer to a published challenger, where the gate and people let it."""

import time
from typing import Final, Literal

from pymongo.database import Database

from functions.runtime.collections import Collections
from functions.runtime.database import Document
from functions.runtime.faults import Outage
from functions.runtime.storage import Storage
from scheduler.learning.challenger import Challenger
from scheduler.learning.recipe import Progress, Watch
from scheduler.lease import Lease
from scheduler.retention import Retention
from scheduler.swap import swap

_PATIENCE_SECONDS: Final = 10.0
_AGAIN_SECONDS: Final = 0.2
_PINNED: Final = "{} But people have pinned {}, which goes on answering."


def move_pointer(
    challenger: Challenger, by: str, storage: Storage, database: Database[Document], watch: Watch
) -> tuple[Literal["published", "kept"], str]:
    """How the training ends, and why in words; raises Outage and what `watch` raises."""
    name, decision = challenger.dataset.collection, challenger.decision
    if not decision.publish:
        return "kept", decision.reason
    lease = Lease.of(database, f"models/{name}")
    _take(lease, name)
    try:
        pinned = (Collections.of(database).get(name) or {}).get("pinned")
        if pinned:
            return "kept", _PINNED.format(decision.reason, pinned)
        # The last moment at which this training may have been cancelled, or become another's.
        watch(Progress("swapping", 0.0))
        swap(storage, database, name, challenger.version, by, decision.reason)
        Retention(storage, database).tidy(name)
    finally:
        lease.release()
    return "published", decision.reason


def _take(lease: Lease, collection: str) -> None:
    """Whoever moves the pointer is done in a moment, and all that was learned would be lost."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while not lease.take():
        if time.monotonic() > until:
            raise Outage(f"somebody else moves the pointer of {collection}")
        time.sleep(_AGAIN_SECONDS)
