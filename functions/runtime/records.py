"""The records of photos: each function writes its own mark, and one update derives the state."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Self

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.runtime.database import Document, outages
from functions.runtime.expressions import Computed
from functions.runtime.photo import PhotoRef
from functions.runtime.photo_state import RECORDER, derived_state
from functions.runtime.spellings import Spellings

Fields = Mapping[str, Any]
"""What a function says about a photo; it becomes part of the photo's record."""

SCHEMA: Final = 1


@dataclass(frozen=True)
class Mark:
    """One function's word on one content of a photo: `functions.<name>` in the record.

    `token` is the claim's: a mark of an older claim never replaces one of a newer.
    """

    function: str
    etag: str
    token: int
    state: str
    version: str
    code: str | None = None
    reason: str | None = None

    def document(self) -> Document:
        """The mark as it is stored."""
        said = {
            "etag": self.etag,
            "state": self.state,
            "version": self.version,
            "code": self.code,
            "reason": self.reason,
        }
        return {
            "token": self.token,
            "at": "$$NOW",
            **{name: {"$literal": value} for name, value in said.items()},
        }


class Records:
    """The collection `photos`. Every method raises Outage when Mongo can't be used."""

    def __init__(self, database: Database[Document]) -> None:
        self._photos = database["photos"]
        self._collections = database["collections"]
        self.spellings = Spellings.of(database)

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The records of this database."""
        return cls(database)

    def get(self, photo: PhotoRef) -> Document | None:
        """The photo's record, a tombstone too, or None."""
        with outages():
            return self._photos.find_one({"_id": photo.id})

    def collection(self, name: str) -> Document | None:
        """The collection with this id, or None."""
        with outages():
            return self._collections.find_one({"_id": name})

    def receive(self, photo: PhotoRef, key: str, told: Fields) -> Document:
        """The photo's record; a new one in state received when none was handed out before."""
        record = self.get(photo)
        if record is not None:
            return record
        new = {
            "_id": photo.id,
            "collection": photo.collection,
            "key": key,
            "schema": SCHEMA,
            "state": "received",
            "pending": [RECORDER],
            **told,
        }
        with outages(), suppress(DuplicateKeyError):
            self._photos.insert_one(new)
        return self.get(photo) or new

    def write(self, photo: PhotoRef, mark: Mark, fields: Fields) -> bool:
        """Set the function's mark and its fields, and derive `state` and `pending`.

        False when there is no record, only a tombstone, or a newer claim's mark: nothing changed.
        """
        rule: Document = {
            **_own(photo),
            "removed_at": {"$exists": False},
            f"functions.{mark.function}.token": {"$not": {"$gt": mark.token}},
        }
        update: list[Document] = [
            {
                "$set": {
                    f"functions.{mark.function}": mark.document(),
                    **{name: Computed.of(value) for name, value in fields.items()},
                }
            },
            *derived_state(),
        ]
        with outages():
            return self._photos.update_one(rule, update).matched_count > 0

    def lives(self, photo: PhotoRef) -> bool:
        """True while the photo has a record that is no tombstone."""
        with outages():
            rule = {**_own(photo), "removed_at": {"$exists": False}}
            return self._photos.find_one(rule, {"_id": 1}) is not None

    def bury(self, photo: PhotoRef) -> bool:
        """Turn the record into a tombstone; False when there was none, and then none is made."""
        kept = {
            "_id": "$_id",
            "collection": "$collection",
            "uploaded_at": "$uploaded_at",
            "schema": SCHEMA,
            "state": "removed",
            "removed_at": {"$ifNull": ["$removed_at", "$$NOW"]},
        }
        with outages():
            buried = self._photos.update_one(_own(photo), [{"$replaceWith": kept}])
        return buried.matched_count > 0


def _own(photo: PhotoRef) -> Document:
    """Only the photo's own record: an object under another collection may claim the same id."""
    return {"_id": photo.id, "collection": photo.collection}
