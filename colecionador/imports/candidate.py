"""A file that may become a photo of a collection, and what is said of one that does not."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

MIN_SIDE: Final = 64
"""Pixels of the shorter side. A model looks at 224: what is smaller is stretched more than three
times and shows it blocks, and in folders from the web it is mostly icons and previews."""


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
