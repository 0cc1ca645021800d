"""Bounds the pixels that one process holds decoded at the same time."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class PixelBudget:
    """Room for `pixels` decoded pixels, shared by the threads of one process.

    Whoever asks waits in line until there is room. The line is first come, first served, so that
    a big picture is not overtaken for ever by small ones.
    """

    def __init__(self, pixels: int = 120_000_000) -> None:
        self._whole = pixels
        self._free = pixels
        self._line: deque[object] = deque()
        self._turn = Condition()

    @contextmanager
    def hold(self, pixels: int) -> Iterator[None]:
        """Keep `pixels` of the budget; a picture larger than the whole budget waits to be alone."""
        share = min(pixels, self._whole)
        self._take(share)
        try:
            yield
        finally:
            with self._turn:
                self._free += share
                self._turn.notify_all()

    def _take(self, share: int) -> None:
        place = object()
        with self._turn:
            self._line.append(place)
            try:
                self._turn.wait_for(lambda: self._line[0] is place and share <= self._free)
                self._free -= share
            finally:
                self._line.remove(place)
                self._turn.notify_all()
