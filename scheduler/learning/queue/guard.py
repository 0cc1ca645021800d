"""Ends the training's process when its scheduler is gone, or the lease with it.

A thread that looks, and not a signal on the parent's death: that signal comes when the thread ends
that has started the process, which lives no longer than a clock's pool of threads likes.
"""

import logging
import os
import threading
import time
from typing import Final

from functions.runtime import log
from functions.runtime.faults import Outage
from scheduler.lease import Lease

AWAY: Final = 75
"""Exit code: Mongo or MinIO can't be used; the training waits for them."""

LOST: Final = 70
"""Exit code: another scheduler may train now."""

_LOOK_SECONDS: Final = 0.5
_ASKS_A_LEASE: Final = 12


def guard(lease: Lease, lease_seconds: float) -> None:
    """Watch over this process from now on, on a thread; the parent is who it is now."""
    parent = os.getppid()
    threading.Thread(
        target=_look, args=(lease, lease_seconds, parent), name="guard", daemon=True
    ).start()


def _look(lease: Lease, lease_seconds: float, parent: int) -> None:
    held_at = asked_at = time.monotonic()
    while True:
        time.sleep(_LOOK_SECONDS)
        if os.getppid() != parent:
            _end(LOST, "its scheduler is gone")
        now = time.monotonic()
        if now - asked_at < lease_seconds / _ASKS_A_LEASE:
            continue
        asked_at = now
        try:
            if not lease.held():
                _end(LOST, "its scheduler has lost the lease")
            held_at = now
        except Outage as fault:
            if now - held_at > lease_seconds:
                _end(AWAY, str(fault))


def _end(code: int, why: str) -> None:
    # At once, and not at the next step: nothing of this training may be published any more.
    log.said("a training ends itself", logging.WARNING, reason=why)
    os._exit(code)
