"""Links to what there is of a photo in storage, as its record tells it; pure."""

from datetime import datetime

from functions.api.signed_links import SignedLinks
from functions.runtime.database import Document
from functions.runtime.photo import PhotoRef

_NOT_STORED = ("expected", "expired", "removed")


def item_links(record: Document, signed: SignedLinks, now: datetime) -> Document:
    """`links` of a photo in a list; None where there is nothing to link to."""
    image = thumbnail = None
    if record.get("image_etag"):
        key = _place(record).image
        image, thumbnail = (signed.to(bucket, key, now) for bucket in ("images", "thumbnails"))
    # No recognizer draws boxes and categories yet.
    links: Document = {"image": image, "thumbnail": thumbnail, "rendered": None}
    return {"original": _original(record, signed, now), **links}


def links(record: Document, signed: SignedLinks, now: datetime) -> Document:
    """`links` of a photo: with those of its variants."""
    place = _place(record)
    variants = {
        name: signed.to("variants", place.variant(name), now) for name in record.get("variants", [])
    }
    return {**item_links(record, signed, now), "variants": variants}


def _original(record: Document, signed: SignedLinks, now: datetime) -> str | None:
    if record["state"] in _NOT_STORED:
        return None
    # Whatever a phone sent: saved, and never opened as a page of the storage's own address.
    return signed.to("uploads", record["key"], now, record.get("filename") or record["_id"])


def _place(record: Document) -> PhotoRef:
    return PhotoRef(record["collection"], record["_id"])
