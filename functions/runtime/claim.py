"""A claim on a delivery, and how it ended."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Claim:
    """The right to work on one object until `deadline` (this process's monotonic clock, seconds).

    `token` is larger than that of every claim before it; every write for the delivery carries it.
    """

    row: str
    bucket: str
    key: str
    token: int
    deadline: float
    alone: bool
    failures: int
    deaths: int
    deaths_alone: int
    tries: int
    event_at: datetime


@dataclass(frozen=True)
class Outcome:
    """How a claim ended: the next `state`, the word for it, and what is counted.

    `delay_seconds` is how long a row that waits again does so.
    """

    state: str
    word: str
    code: str | None = None
    reason: str | None = None
    traceback: str | None = None
    delay_seconds: float = 0
    failures: int = 0
    tries: int = 0
