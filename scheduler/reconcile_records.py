"""Records and features as reconcile reads them: by id, in batches, with the few fields it needs."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from pymongo.collection import Collection
from pymongo.database import Database

from functions.runtime.database import Document, outages
from functions.runtime.photo import PhotoRef
from scheduler.batches import batches
from scheduler.reconcile_photo import Ask, Photo

_BATCH: Final = 500
_FIELDS: Final = ("collection", "key", "state", "pending", "image_etag", "variants", "functions",
           "uploaded_at", "form_expires_at", "removed_at")  # fmt: skip
_RECORD: Final = dict.fromkeys(_FIELDS, 1)
_FEATURE: Final = {"collection": 1, "etag": 1}


class PhotoRecords:
    """What Mongo knows of photos. Every method raises Outage when Mongo can't be used."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._photos = database["photos"]
        self._features = database["features"]

    def completed(self, photos: Iterable[Photo]) -> Iterator[Photo]:
        """The photos with their records and features."""
        for batch in batches(photos, _BATCH):
            ids = [photo.ref.id for photo in batch]
            records = _by_id(self._photos, ids, _RECORD)
            features = _by_id(self._features, ids, _FEATURE)
            for photo in batch:
                record = _of(photo.ref, records)
                feature = _of(photo.ref, features)
                yield replace(photo, record=record, feature=feature["etag"] if feature else None)

    def others(self, seen: set[str]) -> Iterator[Photo]:
        """The photos of Mongo whose image keys are not among those seen, each once."""
        for collection in (self._photos, self._features):
            yield from self.completed(_unseen(collection, seen))

    def collections(self) -> list[str]:
        """The ids of all collections."""
        with outages():
            return [row["_id"] for row in self._database["collections"].find({}, {"_id": 1})]

    def received(self) -> Iterator[Photo]:
        """The photos that wait for a function: few, and in an index of their own."""
        with outages():
            for record in self._photos.find({"state": "received"}, _RECORD):
                yield Photo(PhotoRef(record["collection"], record["_id"]), record=record)

    def overdue(self, before: datetime) -> list[Document]:
        """The records whose form ended before this time and that still expect their photo."""
        rule = {"state": "expected", "form_expires_at": {"$lt": before}}
        with outages():
            return list(self._photos.find(rule, _RECORD))

    def expire(self, overdue: Document) -> bool:
        """Say that the photo never came; False when it has come, or has a fresh form."""
        unchanged = {name: overdue[name] for name in ("_id", "state", "form_expires_at")}
        with outages():
            expired = self._photos.update_one(unchanged, {"$set": {"state": "expired"}})
        return expired.matched_count > 0

    def rows(self, asks: Iterable[Ask]) -> dict[tuple[str, str], Document]:
        """The rows that would be asked, by function and id."""
        wanted: dict[str, list[str]] = {}
        for ask in asks:
            wanted.setdefault(ask.function, []).append(ask.row)
        return {
            (function, row_id): row
            for function, ids in wanted.items()
            for row_id, row in _by_id(
                self._database[f"inbox.{function}"], ids, {"state": 1, "content": 1}
            ).items()
        }


def _by_id(
    collection: Collection[Document], ids: list[str], fields: dict[str, int]
) -> dict[str, Document]:
    with outages():
        return {row["_id"]: row for row in collection.find({"_id": {"$in": ids}}, fields)}


def _of(ref: PhotoRef, rows: dict[str, Document]) -> Document | None:
    row = rows.get(ref.id)
    return row if row and row["collection"] == ref.collection else None


def _unseen(collection: Collection[Document], seen: set[str]) -> Iterator[Photo]:
    # One cursor over everything: pages by id would each read all rows behind them.
    with outages():
        for row in collection.find({}, {"collection": 1}):
            ref = PhotoRef(row["collection"], row["_id"])
            if ref.image not in seen:
                seen.add(ref.image)
                yield Photo(ref)
