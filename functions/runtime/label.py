"""The text of a label, as people may write it and as it is kept."""

import unicodedata
from typing import Final

LONGEST: Final = 64
_LONGEST_GIVEN: Final = 1000
"""Characters as they come. Marks are put in order in a time that grows with their square: a
megabyte of them would hold up the process for minutes."""

_RESERVED: Final = "unknown"
_UNSTORABLE: Final = frozenset({"Cc", "Cs"})
"""Unicode's control characters, and halves of surrogate pairs, which UTF-8 can't say."""

_UNSEEN: Final = frozenset({"Cf", "Mn", "Me"})
"""Unicode's formatting characters and marks on others: nothing to see by themselves."""

_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and a symbol that Unicode draws as nothing."""


def clean(text: str) -> str:
    """The label in NFC, trimmed, with single spaces.

    Raises ValueError with a sentence when nothing to see is left, when it is longer than 64
    characters, when it holds control characters, or when it is `unknown`, which only models say.
    """
    if len(text) > _LONGEST_GIVEN:
        raise ValueError(_too_long(text))
    label = " ".join(unicodedata.normalize("NFC", text).split())
    seen = "".join(sign for sign in label if unicodedata.category(sign) not in _UNSEEN)
    seen = "".join(sign for sign in seen if sign not in _BLANK).strip()
    if not seen:
        raise ValueError("A label needs at least one character.")
    if len(label) > LONGEST:
        raise ValueError(_too_long(label))
    if seen.casefold() == _RESERVED:
        raise ValueError("'unknown' is what a model says; it can't be a label.")
    if any(unicodedata.category(sign) in _UNSTORABLE for sign in label):
        raise ValueError("A label can't hold control characters.")
    return label


def folded(label: str) -> str:
    """What two spellings of one label have in common: they differ in case only."""
    return unicodedata.normalize("NFC", label.casefold())


def _too_long(text: str) -> str:
    return f"A label has at most {LONGEST} characters; this one has {len(text)}."
