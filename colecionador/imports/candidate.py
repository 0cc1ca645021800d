"""A file that may become a photo of a collection, and what is said of one that does not."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Candidate:
    """A file at `path` under a clean `label`; people know it by its `name`."""

    path: Path
    name: str
    label: str


@dataclass(frozen=True)
class LeftOut:
    """A file, or a whole folder, that does not come in: a `code` for programs, a `reason`."""

    name: str
    label: str | None
    code: str
    reason: str
