"""Waiting for something to become true, with a sentence for when it does not."""

import time
from collections.abc import Callable


class NotInTime(Exception):
    """What was waited for did not happen; the message says what and where to look."""


def wait_until(condition: Callable[[], object], seconds: float, otherwise: str) -> None:
    """Ask every 50 ms until `condition` is true; raises NotInTime after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise NotInTime(otherwise)
        time.sleep(0.05)
