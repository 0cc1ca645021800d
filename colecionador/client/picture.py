"""A picture on its way: what is said of it, and how it went."""

import hashlib
import json
import mimetypes
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from colecionador.client.line import Answer

_ANY_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True)
class Uploaded:
    """The photo an upload came to; `duplicate`: the collection had these bytes already.

    `record` is the photo as the api told it at the end of the upload.
    """

    photo: str
    duplicate: bool
    record: Answer


@dataclass(frozen=True)
class Picture:
    """A file for a collection: its bytes and what is said of them."""

    data: bytes
    filename: str
    label: str | None = None

    @property
    def sha256(self) -> str:
        """The digest of the bytes in hex, by which the api finds duplicates."""
        return hashlib.sha256(self.data).hexdigest()

    def announced(self) -> Answer:
        """What the api is told before the bytes go to storage."""
        told = {
            "filename": self.filename,
            "type": mimetypes.guess_type(self.filename)[0] or _ANY_TYPE,
            "size": len(self.data),
            "sha256": self.sha256,
        }
        return told | ({"label": self.label} if self.label is not None else {})

    def key(self, collection: str) -> str:
        """An Idempotency-Key: the same for the same file and label in the same collection.

        So a repeated batch doubles nothing, however often and from wherever it is sent.
        """
        said = json.dumps([collection, self.announced()], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Sent:
    """How sending one file went: the `photo` stored `at` after `seconds`, or why not (`reason`).

    `duplicate`: the collection had these bytes already, nothing was sent.
    """

    path: Path
    photo: str | None
    at: datetime
    seconds: float
    duplicate: bool = False
    code: str = ""
    reason: str = ""
