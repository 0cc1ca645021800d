"""How many may ask at the same time; one more is sent away at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore


class Busy(Exception):
    """As many photos as may be are being sent and looked at."""


class Turns:
    """Room for so many askers at once; one more is not kept waiting, which would hold a thread."""

    def __init__(self, at_once: int) -> None:
        self._free = BoundedSemaphore(at_once)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Keep a turn until the block ends; raises Busy."""
        if not self._free.acquire(blocking=False):
            raise Busy
        try:
            yield
        finally:
            self._free.release()
