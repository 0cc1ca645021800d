"""The lines of the label log: what people said of each photo, as it stands in the bucket."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError

from functions.runtime.database import Document
from functions.runtime.models import BUCKET
from functions.runtime.storage import Storage

FOLDER: Final = "labels/"
_MOST_BYTES: Final = 1_000_000_000
"""About two million photos."""


@dataclass(frozen=True)
class Said:
    """One entry of a photo's history; `label` None: taken away; `etag` that of the bytes."""

    label: str | None
    by: str | None
    at: datetime
    etag: str | None

    def again(self, other: "Said") -> bool:
        """True when the same was said of the same bytes by the same one, whenever."""
        return (self.label, self.by, self.etag) == (other.label, other.by, other.etag)


@dataclass(frozen=True)
class Line:
    """A photo that was ever labelled: its present label, and the history, oldest first."""

    photo: str
    key: str | None
    sha256: str | None
    label: str | None
    history: tuple[Said, ...]

    @classmethod
    def of(cls, record: Document) -> "Line":
        """The line of a photo's record."""
        history = tuple(
            Said(entry["label"], entry.get("by"), entry["at"], entry.get("etag"))
            for entry in record.get("label_history", ())
        )
        key, sha256, label = (record.get(name) for name in ("key", "sha256", "label"))
        return cls(record["_id"], key, sha256, label, history)

    def forgets(self, before: "Line") -> bool:
        """True when this is what is left of `before` where Mongo was lost and photos came again.

        Histories only grow. A shorter one is no later one when it is the beginning of the other
        (an old backup), or when at most the upload's own label was said again.
        """
        length = len(self.history)
        is_beginning = self.history == before.history[:length]
        again = all(said.again(first) for said in self.history for first in before.history[:1])
        return length < len(before.history) and (is_beginning or again)


_LINE: Final = TypeAdapter(Line)


def key_of(collection: str) -> str:
    """The key of a collection's log in the bucket `models`."""
    return f"{FOLDER}{collection}.jsonl"


def as_bytes(lines: Iterable[Line]) -> bytes:
    """The log of these lines, JSON in UTF-8, one a line, in the order of the photos' ids."""
    ordered = sorted(lines, key=lambda line: line.photo)
    return b"".join(_LINE.dump_json(line) + b"\n" for line in ordered)


def read_lines(storage: Storage, collection: str) -> Mapping[str, Line]:
    """The lines of a collection's log by photo; none when it has no log.

    Raises ValueError with a sentence when a line can't be read, and Outage.
    """
    stored = storage.read(BUCKET, key_of(collection), _MOST_BYTES)
    lines = stored.data.splitlines() if stored else []
    found = [_line(line, f"{key_of(collection)}, line {i}") for i, line in enumerate(lines, 1)]
    return {line.photo: line for line in found}


def _line(text: bytes, place: str) -> Line:
    try:
        return _LINE.validate_json(text)
    except ValidationError as error:
        why = error.errors()[0]["msg"]
        raise ValueError(f"The label log {place} can't be read: {why}.") from error
