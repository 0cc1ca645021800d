"""Deleting photos: the original goes here, and what was made from it by the functions' work.

    object removed ──> record buried ──> row made due

Each step alone leads to the end: the removal is an event of its own that makes the row due, and
on_upload buries what it finds gone. Ended anywhere, the same call does the rest. The row is asked
last, so that bytes which come in between are met by the tombstone, and deleted.
"""

from collections.abc import Sequence

from functions.api.parts import parts
from functions.api.photos.many import records_of
from functions.api.signed_in import caller
from functions.runtime.database import Document
from functions.runtime.event import GONE
from functions.runtime.inbox import Inbox
from functions.runtime.photo import PhotoRef
from functions.runtime.photo_state import RECORDER
from functions.runtime.records import Records


def delete(record: Document) -> None:
    """Delete one photo in the caller's name, one that never came too; raises Outage."""
    own, key = parts(), record["key"]
    photo = PhotoRef(record["collection"], record["_id"])
    own.audit.note(caller().by, "photo.delete", collection=photo.collection, photo=photo.id)
    own.storage.remove("uploads", key)
    Records.of(own.database).bury(photo)
    Inbox.of(own.database, RECORDER).ask("uploads", key, GONE)


def delete_many(collection: str, ids: Sequence[str]) -> list[Document]:
    """Delete photos of a collection, one after the other; one result each."""
    records = records_of(collection, ids)
    for record in records.values():
        delete(record)
    missing = {"code": "not-found", "detail": "There is no such photo."}
    return [{"photo": one, "problem": None if one in records else missing} for one in ids]
