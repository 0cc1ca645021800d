"""Passwords: hashed with Argon2id (RFC 9106), compared in the time that takes, whoever it is."""

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

import argon2

from functions.api.refusals import NotReady

SHORTEST: Final = 10
LONGEST: Final = 200
"""Characters of a password."""

_HASHER: Final = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)

# Each hash takes 64 MiB and every core: more of them at once would only be slower, and larger.
_AT_ONCE: Final = threading.BoundedSemaphore(2)

# Each of those who wait holds a thread that photos and events need too: two seconds of work.
_IN_LINE: Final = threading.BoundedSemaphore(32)


def hashed(password: str) -> str:
    """The password's hash, with its parameters and salt; raises NotReady in a crowd."""
    with _turn():
        return _HASHER.hash(_composed(password))


def fits(password: str, hash_: str | None) -> bool:
    """Whether this is the password; without a hash (nobody has that name) False as slowly.

    Raises NotReady when too many are waiting for their turn already.
    """
    with _turn():
        # Made in the first call, whoever it is for: none must be told by its time.
        nobodys = _nobodys()
        try:
            return _HASHER.verify(hash_ or nobodys, _composed(password)) and hash_ is not None
        except argon2.exceptions.VerifyMismatchError:
            return False


@contextmanager
def _turn() -> Iterator[None]:
    if not _IN_LINE.acquire(blocking=False):
        raise NotReady("not-ready", "Many people are signing in just now. Try again soon.", 2)
    try:
        with _AT_ONCE:
            yield
    finally:
        _IN_LINE.release()


def _composed(password: str) -> str:
    # Keyboards differ in how they spell an accent (RFC 8265).
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
