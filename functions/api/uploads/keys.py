"""Idempotency keys: which photo a caller's key stands for, so that a call may be repeated."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.api.refusals import Wrong
from functions.runtime.database import Document, outages
from functions.runtime.photo import PhotoRef

KEPT: Final = timedelta(hours=24)
"""How long a key is known."""


@dataclass(frozen=True)
class Key:
    """A `key` as `caller` used it in one collection, for a request whose `body` was this."""

    caller: str
    collection: str
    key: str
    body: str

    @property
    def id(self) -> str:
        """A digest: what people choose as a key is kept nowhere."""
        return _digest(self.caller, self.collection, self.key)


class Keys:
    """The Mongo collection `handouts`. Every method raises Outage when Mongo can't be used."""

    def __init__(self, handouts: Collection[Document]) -> None:
        self._handouts = handouts

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The keys of this database."""
        return cls(database["handouts"])

    def photo(self, key: Key, photo: PhotoRef) -> PhotoRef:
        """The photo that the key stands for from now on: `photo`, unless it has one already.

        Raises Wrong when the key came with another body before.
        """
        row = {
            "_id": key.id,
            "body": _digest(key.body),
            "photo": photo.id,
            "expires_at": datetime.now(UTC) + KEPT,
        }
        known = self._first(row)
        while known is None:
            # It ended between the two looks.
            known = self._first(row)
        if known["body"] != row["body"]:
            sentence = "This Idempotency-Key came with another body before: choose a new one."
            raise Wrong("", sentence, "idempotency-key-reused")
        return PhotoRef(key.collection, known["photo"])

    def forget(self, key: Key, photo: PhotoRef) -> None:
        """The key stands for this photo no more; when it stands for another, nothing changes."""
        with outages():
            self._handouts.delete_one({"_id": key.id, "photo": photo.id})

    def _first(self, row: Document) -> Document | None:
        """The row that came first under this key; None when that is over meanwhile."""
        with outages():
            try:
                self._handouts.insert_one(row)
            except DuplicateKeyError:
                return self._handouts.find_one({"_id": row["_id"]})
        return row


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
