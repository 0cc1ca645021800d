"""Puts labels back from the log, after Mongo was lost and the photos were recorded anew."""

from dataclasses import asdict, dataclass
from typing import Final

from pymongo.database import Database

from functions.runtime.database import Document, outages
from functions.runtime.labels import WITHOUT_PHOTO
from functions.runtime.spellings import Spellings
from functions.runtime.storage import Storage
from scheduler.batches import batches
from scheduler.label_lines import Line, read_lines

_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Restored:
    """Photos of a log: given back what was said of them, left as they are, and not found.

    A photo that is there with other bytes counts as not found.
    """

    restored: int
    left: int
    absent: int


def restore(storage: Storage, database: Database[Document], collection: str) -> Restored:
    """Give the photos of a collection the labels and histories of its log that Mongo lost.

    A photo of which anything else was said since then is left. May be called again and again.
    Raises ValueError with a sentence for a damaged log, and Outage.
    """
    photos, spellings = database["photos"], Spellings.of(database)
    restored = left = absent = 0
    for some in batches(read_lines(storage, collection).values(), _AT_ONCE):
        rule = {"_id": {"$in": [line.photo for line in some]}, "collection": collection}
        with outages():
            records = {record["_id"]: record for record in photos.find(rule)}
        for line in some:
            record = records.get(line.photo)
            if record is None or not _is_of(line, record):
                absent += 1
            elif not Line.of(record).forgets(line):
                left += 1
            else:
                rule, update = _unchanged(record), _given_back(line, collection, spellings)
                with outages():
                    restored += photos.update_one(rule, update).modified_count
    return Restored(restored, left, absent)


def _is_of(line: Line, record: Document) -> bool:
    """True when the line tells of the bytes that the photo has."""
    has = {record.get("sha256"), record.get("received_etag")} - {None}
    told = {line.sha256, *(said.etag for said in line.history[-1:])}
    return record["state"] not in WITHOUT_PHOTO and bool(has & told)


def _unchanged(record: Document) -> Document:
    fields = ("_id", "labelled_at", "received_etag")
    return {name: record.get(name) for name in fields}


def _given_back(line: Line, collection: str, spellings: Spellings) -> list[Document]:
    label = line.label and spellings.first(collection, line.label)
    history = [asdict(said) for said in line.history]
    literal = {"label": {"$literal": label}, "label_history": {"$literal": history}}
    return [{"$set": {**literal, "labelled_at": "$$NOW"}}]
