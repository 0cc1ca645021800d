"""Receives an upload: whose photo it is, whether it may come in, and what was known of it."""

from functions.runtime import label, log
from functions.runtime.database import Document
from functions.runtime.delivery import Delivery
from functions.runtime.faults import Rejected, Superseded
from functions.runtime.records import Fields
from functions.runtime.storage import StoredObject

FORGOTTEN: Fields = {
    "image_etag": None,
    "category": None,
    "confidence": None,
    "model": None,
    "findings": [],
}
"""What was said of earlier bytes and is not true of others."""


def receive(delivery: Delivery, upload: StoredObject) -> Document:
    """The photo's record, made when there is none.

    Raises Rejected when its collection does not exist or its id is another key's, and Superseded
    when the photo was removed: then the bytes that came for it are deleted.
    """
    collection = delivery.records.collection(delivery.photo.collection)
    if collection is None:
        name = delivery.photo.collection
        raise Rejected("no-such-collection", f"There is no collection {name!r}.")
    owner = upload.metadata.get("owner") or collection.get("owner")
    told = {"owner": owner, "uploaded_at": upload.modified}
    record = delivery.records.receive(delivery.photo, upload.key, told)
    if record["collection"] != delivery.photo.collection:
        raise Rejected("key-mismatch", f"The photo {delivery.photo.id} is in another collection.")
    if "removed_at" in record:
        delivery.remove("uploads", upload.key)
        raise Superseded(f"photo {delivery.photo.id} was removed; the bytes that came are deleted")
    if record.get("key", upload.key) != upload.key:
        raise Rejected("key-mismatch", f"The photo {delivery.photo.id} has another key.")
    if _is_new_content(record, upload):
        delivery.mark("received", FORGOTTEN)
    return record


def told_by(delivery: Delivery, record: Document, upload: StoredObject) -> Fields:
    """What the upload itself says: its name, its label, and the functions it has to pass now.

    Labels of earlier bytes are set aside; a photo seen before does not wait for functions that
    were added since.
    """
    again = not _is_new_content(record, upload) and "wired" in record
    fields = {
        "filename": upload.metadata.get("filename") or upload.key.rpartition("/")[2],
        "received_at": upload.modified,
        "wired": record["wired"] if again else list(delivery.wired),
    }
    if again:
        return fields
    earlier = {"label": record.get("label"), "etag": _etag(record)}
    history = [*record.get("label_history", []), *([earlier] if earlier["label"] else [])]
    return {**fields, "label": _label(upload), "label_history": history}


def _label(upload: StoredObject) -> str | None:
    text = upload.metadata.get("label")
    try:
        return label.clean(text) if text else None
    except ValueError as wrong:
        # A photo is not refused for the word beside it.
        log.said("a label was left out", key=upload.key, reason=str(wrong))
        return None


def _is_new_content(record: Document, upload: StoredObject) -> bool:
    return _etag(record) not in (None, upload.etag)


def _etag(record: Document) -> str | None:
    etag: str | None = record.get("functions", {}).get("on_upload", {}).get("etag")
    return etag
