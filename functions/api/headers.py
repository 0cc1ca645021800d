"""Headers of requests that several nouns take: keys that let a call be repeated, and patience."""

from typing import Final

from pydantic import BaseModel, Field
from werkzeug.http import parse_dict_header

LONGEST_WAIT: Final = 20.0
"""Seconds that a request may wait."""


class KeyGiven(BaseModel):
    """With a key of its own choice a call may be repeated: the same key, the same answer."""

    idempotency_key: str | None = Field(default=None, min_length=1, max_length=255)


class PreferGiven(BaseModel):
    """How long the answer may take (RFC 7240): `wait=10`, at most 20 seconds."""

    prefer: str | None = None


def preferred_wait(prefer: str | None) -> float:
    """The seconds of `Prefer: wait=N` (RFC 7240), at most 20; 0 for a header that is not that."""
    wait = parse_dict_header(prefer or "").get("wait") or ""
    # Digits of other scripts are digits too, but not in a header.
    return min(LONGEST_WAIT, float(wait)) if wait.isascii() and wait.isdecimal() else 0.0
