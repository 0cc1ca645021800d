"""What a named token may be called, and how long it may live."""

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Final

from functions.api.refusals import Wrong

LONGEST: Final = 64
"""Characters of a name."""

_YEARS: Final = 5


def token_name(given: str) -> str:
    """The name in composed characters and single spaces; raises Wrong.

    No slash: what a token did is written down as `ana/garden camera`.
    """
    name = " ".join(unicodedata.normalize("NFC", given).split())
    if not (1 <= len(name) <= LONGEST and name.isprintable() and "/" not in name):
        raise Wrong("/name", f"A name has 1 to {LONGEST} printable characters, and no slash.")
    return name


def until(given: datetime) -> datetime:
    """The time in UTC, in whole seconds as tokens tell it; raises Wrong."""
    now = datetime.now(UTC)
    if not now < given <= now + timedelta(days=365 * _YEARS):
        raise Wrong("/expires", f"A token ends in the future, at most {_YEARS} years from now.")
    return given.astimezone(UTC).replace(microsecond=0)
