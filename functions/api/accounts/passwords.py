"""Passwords: hashed with Argon2id (RFC 9106), compared in the time that takes, whoever it is."""

import threading
from functools import cache
from typing import Final

import argon2

SHORTEST: Final = 10
LONGEST: Final = 200
"""Characters of a password."""

_HASHER: Final = argon2.PasswordHasher.from_parameters(argon2.profiles.RFC_9106_LOW_MEMORY)

# Each hash takes 64 MiB and every core: more of them at once would only be slower, and larger.
_AT_ONCE: Final = threading.BoundedSemaphore(2)


def hashed(password: str) -> str:
    """The password's hash, with its parameters and salt."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def fits(password: str, hash_: str | None) -> bool:
    """Whether this is the password; without a hash (nobody has that name) False as slowly."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(hash_ or _nobodys(), password) and hash_ is not None
        except argon2.exceptions.VerifyMismatchError:
            return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
