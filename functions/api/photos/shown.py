"""A photo's record as people see it; pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from functions.api.photos.links import item_links, links
from functions.api.signed_links import SignedLinks
from functions.runtime.database import Document
from functions.runtime.photo_state import RECORDER

_AS_STORED: Final = (
    "collection", "owner", "state", "uploaded_at", "filename", "type", "size", "width", "height",
    "sha256", "label", "category", "confidence", "model", "error",
)  # fmt: skip
_MARK: Final = ("state", "version", "at", "code", "reason")
_FINDING: Final = ("id", "box", "category", "confidence")


def shown(record: Document, signed: SignedLinks, now: datetime) -> Document:
    """The record as `PhotoTold` has it, with links made `now`."""
    return {
        **_shown(record, signed, now),
        "taken_at": record.get("taken_at"),
        "camera": record.get("camera"),
        "location": record.get("location"),
        "findings": [_finding(finding, record) for finding in record.get("findings", [])],
        "links": links(record, signed, now),
    }


def shown_in_list(record: Document, signed: SignedLinks, now: datetime) -> Document:
    """The record as `PhotoItem` has it, with links made `now`."""
    return {**_shown(record, signed, now), "links": item_links(record, signed, now)}


def _shown(record: Document, signed: SignedLinks, now: datetime) -> Document:
    return {
        "id": record["_id"],
        **{name: record.get(name) for name in _AS_STORED},
        "pending": record.get("pending", []),
        "functions": _functions(record),
        "links_expire": signed.expire(now),
    }


def _functions(record: Document) -> Document:
    """The marks that speak of the photo's present bytes; `pending` names who is still to speak."""
    marks: Mapping[str, Mapping[str, Any]] = record.get("functions", {})
    return {
        name: {field: mark.get(field) for field in _MARK}
        for name, mark in marks.items()
        if name == RECORDER or mark["etag"] == record.get("image_etag")
    }


def _finding(finding: Document, record: Document) -> Document:
    """With `whole` there is one, and the photo's label is the only label."""
    return {**{name: finding.get(name) for name in _FINDING}, "label": record.get("label")}
