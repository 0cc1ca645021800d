"""How many requests of each person are in hand, so that nobody takes all threads there are."""

from collections import Counter
from threading import Lock
from typing import Final

from functions.api.refusals import TooMany

MOST: Final = 80
"""Requests of one person at once; streams of events are counted by the hub."""


class InHand:
    """Counts the requests of each person that are being answered in this process."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._counts: Counter[str] = Counter()

    def take(self, name: str) -> None:
        """One more of this person; raises TooMany when that would be too many."""
        with self._lock:
            if self._counts[name] >= self._most:
                raise TooMany("too-many-requests", "You ask too much at once. Try again soon.", 1)
            self._counts[name] += 1

    def give_back(self, name: str) -> None:
        """One of those that were taken is answered."""
        with self._lock:
            self._counts[name] -= 1
            if not self._counts[name]:
                del self._counts[name]
