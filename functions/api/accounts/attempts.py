"""How often somebody may try: failures are counted by name, by address and by both."""

import time
from collections.abc import Callable
from functools import cache
from typing import Final, TypeAlias, TypeVar

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from functions.api.refusals import TooMany

Found = TypeVar("Found")

Count: TypeAlias = tuple[RateLimitItem, tuple[str, ...]]
"""A limit, and whose."""

_FROM_THERE: Final = RateLimitItemPerMinute(10, 5, namespace="password of a name from an address")
_AN_ADDRESS: Final = RateLimitItemPerMinute(100, 5, namespace="passwords from an address")
_A_NAME: Final = RateLimitItemPerMinute(50, 5, namespace="passwords of a name")
_LOOKING: Final = RateLimitItemPerMinute(30, 5, namespace="names of others")
_SIGNING_UP: Final = RateLimitItemPerHour(20, namespace="new accounts from an address")


class Attempts:
    """Counts in this process's memory; a fixed window each, that no refused attempt makes longer.

    Methods raise TooMany with the seconds until the window ends.
    """

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._storage)

    def tried(self, counts: tuple[Count, ...], check: Callable[[], Found | None]) -> Found | None:
        """What `check` finds; only when that is None the attempt stays counted.

        It is counted before and given back after: many at once get no more tries than one by one.
        """
        self.take(counts)
        failed = False
        try:
            found = check()
            failed = found is None
        finally:
            if not failed:
                self._give_back(counts)
        return found

    def take(self, counts: tuple[Count, ...]) -> None:
        """Count an attempt everywhere, or nowhere when one of the counts is full."""
        for number, (limit, whose) in enumerate(counts):
            if not self._limiter.hit(limit, *whose):
                self._give_back(counts[: number + 1])
                ends, _ = self._limiter.get_window_stats(limit, *whose)
                seconds = max(1, round(ends - time.time()))
                raise TooMany(
                    "too-many-requests", f"Too many attempts. Try again in {seconds} s.", seconds
                )

    def _give_back(self, counts: tuple[Count, ...]) -> None:
        for limit, whose in counts:
            self._storage.decr(limit.key_for(*whose))


@cache
def attempts() -> Attempts:
    """The counts of this process."""
    return Attempts()


def of_password(name: str, address: str, known: bool) -> tuple[Count, ...]:
    """What a try of a name's password from an address counts against.

    Where the address is `known` (the name is signed in there) others can't use up its tries.
    """
    name = name.lower()
    own = (_FROM_THERE, (name, address))
    # The address first: once it is full, no name that is made up there is remembered.
    return (own,) if known else ((_AN_ADDRESS, (address,)), (_A_NAME, (name,)), own)


def of_looking(name: str) -> tuple[Count, ...]:
    """What a caller counts against who names somebody that is not there."""
    return ((_LOOKING, (name,)),)


def of_signing_up(address: str) -> tuple[Count, ...]:
    """What a new account that somebody makes for themself counts against."""
    return ((_SIGNING_UP, (address,)),)
