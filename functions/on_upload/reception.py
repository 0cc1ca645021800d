"""Receives an upload: whose photo it is, whether it may come in, and what was known of it."""

from functions.runtime import log
from functions.runtime.database import Document
from functions.runtime.delivery import Delivery
from functions.runtime.expressions import REMOVED, Computed
from functions.runtime.faults import Rejected, Superseded
from functions.runtime.label_changes import of_upload
from functions.runtime.records import Fields
from functions.runtime.storage import StoredObject

FORGOTTEN: Fields = {
    "image_etag": None,
    "category": None,
    "confidence": None,
    "model": None,
    "findings": [],
    "side": Computed(REMOVED),
    "like": Computed(REMOVED),
}
"""What was said of earlier bytes and is not true of others."""


def receive(delivery: Delivery, upload: StoredObject) -> Fields:
    """What the upload says of itself that the record does not know yet.

    The record is made when there is none. New bytes under a living id begin anew at once, before
    any work on them. Raises Rejected when the collection does not exist or the id is another
    photo's, and Superseded when the photo was removed: then the bytes that came are deleted.
    """
    record = _record(delivery, upload)
    known = record.get("received_etag")
    if known == upload.etag:
        return {}
    told = _told(delivery, record, upload)
    if known is None:
        return told
    delivery.mark("received", {**FORGOTTEN, **told})
    return {}


def _record(delivery: Delivery, upload: StoredObject) -> Document:
    collection = delivery.records.collection(delivery.photo.collection)
    if collection is None:
        name = delivery.photo.collection
        raise Rejected("no-such-collection", f"There is no collection {name!r}.")
    if collection.get("deletion"):
        delivery.remove("uploads", upload.key)
        raise Superseded("the collection is being deleted; the bytes that came are deleted")
    owner = upload.metadata.get("owner") or collection.get("owner")
    first = {"owner": owner, "uploaded_at": upload.modified}
    record = delivery.records.receive(delivery.photo, upload.key, first)
    if record["collection"] != delivery.photo.collection:
        raise Rejected("key-mismatch", f"The photo {delivery.photo.id} is in another collection.")
    if "removed_at" in record:
        delivery.remove("uploads", upload.key)
        raise Superseded(f"photo {delivery.photo.id} was removed; the bytes that came are deleted")
    return record


def _told(delivery: Delivery, record: Document, upload: StoredObject) -> Fields:
    """Name, label, and the functions these bytes have to pass."""
    return {
        "received_etag": upload.etag,
        "received_at": upload.modified,
        "filename": upload.metadata.get("filename") or upload.key.rpartition("/")[2],
        "wired": list(delivery.wired),
        **of_upload(_label(delivery, upload), record.get("owner"), upload.etag),
    }


def _label(delivery: Delivery, upload: StoredObject) -> str | None:
    text = upload.metadata.get("label")
    try:
        return delivery.records.spellings.first(delivery.photo.collection, text) if text else None
    except ValueError as wrong:
        # A photo is not refused for the word beside it.
        log.said("a label was left out", key=upload.key, reason=str(wrong))
        return None
