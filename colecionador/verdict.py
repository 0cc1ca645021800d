"""What one of the doctor's checks found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """`word` is ok, note (works, but look) or wrong; `mend` names the setting to change."""

    word: str
    about: str
    says: str
    mend: str = ""


def ok(about: str, says: str) -> Verdict:
    """As it should be."""
    return Verdict("ok", about, says)


def note(about: str, says: str, mend: str = "") -> Verdict:
    """Works, but a person should know."""
    return Verdict("note", about, says, mend)


def wrong(about: str, says: str, mend: str) -> Verdict:
    """Does not work."""
    return Verdict("wrong", about, says, mend)
