"""The rules of reconcile: what is missing of one photo, and whether its row has to be asked.

Pure: nothing here reads or writes. Every rule compares objects, record and features with each
other by etag. The rows of the inboxes only tell how to ask, never what is missing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from functions.runtime.database import Document
from functions.runtime.event import GONE
from functions.runtime.photo import PhotoRef, is_photo_id
from functions.runtime.photo_state import RECORDER
from functions.runtime.rules import LOOK_AGAIN
from functions.runtime.storage import ObjectStat
from scheduler.reconcile_photo import Ask, Photo, Reason

_VARIES: Final = "augment"
_CLASSIFIES: Final = "classify"
_ENDED: Final = ("done", "rejected", "failed")
_NOT_THERE: Final = ("expected", "expired", "removed")


def asks_for(photo: Photo, wired: Sequence[str]) -> Iterator[Ask]:
    """What has to be asked so that a photo becomes whole, or goes whole; nothing when it is."""
    recorder = unrecorded(photo) or _made_by_recorder(photo) or _orphans_of_recorder(photo)
    if recorder:
        yield recorder
    elif photo.image is not None:
        yield from (ask for name in wired if (ask := _made_from_image(photo, photo.image, name)))
    elif photo.mark().get("state") != "done":
        yield from _orphans_of_image(photo)


def unrecorded(photo: Photo) -> Ask | None:
    """The upload that its record does not tell of, or the record whose upload is gone."""
    record, upload = photo.record, photo.upload
    if upload is None:
        if record is None or record["state"] in _NOT_THERE:
            return None
        key = upload_key(photo)
        return _recorder(key, GONE, Reason.UPLOAD_GONE) if key else None
    if record is not None and record["state"] == "removed":
        return _recorder(upload.key, upload.etag, Reason.OF_REMOVED_PHOTO)
    if record is not None and record.get("key") == upload.key and _has_ended(photo, upload.etag):
        return None
    return _recorder(upload.key, upload.etag, Reason.NOT_RECORDED)


def unfinished(photo: Photo) -> Iterator[Ask]:
    """One ask for each function that a photo in state received still waits for."""
    record = photo.record or {}
    if RECORDER in record["pending"]:
        yield _recorder(record["key"], LOOK_AGAIN, Reason.UNFINISHED)
    elif record.get("image_etag"):
        for function in record["pending"]:
            yield _after(function, photo.ref, record["image_etag"], Reason.UNFINISHED)


def still_due(ask: Ask, row: Document | None) -> Ask | None:
    """The ask as its row has to hear it, or None when it must not be disturbed.

    An open row will look anyway. A parked one waits for a person, unless the object has changed.
    One that is done with this very content has to look again: what it made is not there.
    """
    if row is None:
        return ask
    if row["state"] not in ("done", "parked"):
        return None
    known = ask.content in (row["content"], LOOK_AGAIN)
    if known and row["state"] == "parked":
        return None
    return replace(ask, content=LOOK_AGAIN) if known else ask


def _made_by_recorder(photo: Photo) -> Ask | None:
    """An accepted photo has an image and a thumbnail made from the upload as it is."""
    upload, image, record = photo.upload, photo.image, photo.record
    if upload is None or record is None or photo.mark().get("state") != "done":
        return None
    if image is None or _source(image) != upload.etag or image.etag != record.get("image_etag"):
        return _recorder(upload.key, upload.etag, Reason.IMAGE_MISSING)
    if photo.thumbnail is None or _source(photo.thumbnail) != upload.etag:
        return _recorder(upload.key, upload.etag, Reason.THUMBNAIL_MISSING)
    return None


def _orphans_of_recorder(photo: Photo) -> Ask | None:
    """No image or thumbnail without a photo that was accepted."""
    if photo.mark().get("state") in ("done", "failed") or not (photo.image or photo.thumbnail):
        return None
    key = upload_key(photo)
    return _recorder(key, GONE, Reason.ORPHANS) if key else None


def _made_from_image(photo: Photo, image: ObjectStat, function: str) -> Ask | None:
    """An accepted photo has a mark, ten variants and a feature that tell of its present image."""
    if function == RECORDER or photo.mark().get("state") != "done":
        return None
    if not _has_ended(photo, image.etag, function):
        return _after(function, photo.ref, image.etag, Reason.NOT_SEEN)
    if photo.mark(function)["state"] != "done":
        return None
    names = (photo.record or {}).get("variants", ())
    if function == _VARIES and any(photo.variants.get(name) != image.etag for name in names):
        return _after(function, photo.ref, image.etag, Reason.VARIANTS_MISSING)
    if function == _CLASSIFIES and photo.feature != image.etag:
        return _after(function, photo.ref, image.etag, Reason.FEATURE_MISSING)
    return None


def _orphans_of_image(photo: Photo) -> Iterator[Ask]:
    """No variants and no feature without an image."""
    if photo.variants:
        yield _after(_VARIES, photo.ref, GONE, Reason.ORPHANS)
    if photo.feature is not None:
        yield _after(_CLASSIFIES, photo.ref, GONE, Reason.ORPHANS)


def upload_key(photo: Photo) -> str | None:
    """The key of the photo's upload, there or not.

    None when only its id is left and that was made from a key: nothing leads back from it.
    """
    if photo.upload is not None:
        return photo.upload.key
    if photo.record is not None and "key" in photo.record:
        return str(photo.record["key"])
    return f"{photo.ref.collection}/{photo.ref.id}" if is_photo_id(photo.ref.id) else None


def _has_ended(photo: Photo, etag: str, function: str = RECORDER) -> bool:
    mark = photo.mark(function)
    return mark.get("etag") == etag and mark.get("state") in _ENDED


def _source(derived: ObjectStat) -> str | None:
    return derived.metadata.get("source-etag")


def _recorder(key: str, content: str, reason: Reason) -> Ask:
    return Ask(RECORDER, "uploads", key, content, reason)


def _after(function: str, ref: PhotoRef, content: str, reason: Reason) -> Ask:
    return Ask(function, "images", ref.image, content, reason)
