"""The text of a label, as people may write it and as it is kept."""

import unicodedata
from typing import Final

LONGEST: Final = 64
_RESERVED: Final = "unknown"


def clean(text: str) -> str:
    """The label in NFC, trimmed, with single spaces.

    Raises ValueError with a sentence when nothing is left, when it is longer than 64 characters,
    or when it is `unknown`, which only models say.
    """
    label = " ".join(unicodedata.normalize("NFC", text).split())
    if not label:
        raise ValueError("A label needs at least one character.")
    if len(label) > LONGEST:
        raise ValueError(f"A label has at most {LONGEST} characters; this one has {len(label)}.")
    if label.casefold() == _RESERVED:
        raise ValueError("'unknown' is what a model says; it can't be a label.")
    if any(unicodedata.category(character) == "Cc" for character in label):
        raise ValueError("A label can't hold control characters.")
    return label
