"""Records of photos made by hand, whole as the functions leave them."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import uuid6

from tests.documents import Documents

WHEN: Final = datetime(2026, 5, 1, 12, tzinfo=UTC)
ETAG: Final = "a" * 32
IMAGE: Final = "b" * 32


def record(collection: str, **said: Any) -> dict[str, Any]:
    """A photo that is ready; `said` takes the place of its fields."""
    photo = str(said.get("_id", uuid6.uuid7()))
    return {
        "_id": photo,
        "collection": collection,
        "key": f"{collection}/{photo}",
        "owner": "ana",
        "schema": 1,
        "state": "ready",
        "pending": [],
        "wired": ["on_upload", "augment", "classify"],
        "uploaded_at": WHEN,
        "form_expires_at": WHEN + timedelta(minutes=15),
        "received_at": WHEN,
        "received_etag": ETAG,
        "filename": "IMG_0001.jpg",
        "type": "image/jpeg",
        "size": 2_345_678,
        "width": 4000,
        "height": 3000,
        "sha256": "c" * 64,
        "phash": "d" * 16,
        "taken_at": "2026-04-30T09:15:00+02:00",
        "camera": "Canon EOS 7D",
        "lens": "EF 50mm",
        "exposure": {"time": 0.01, "f_number": 2.8, "iso": 100.0, "focal_length": 50.0},
        "location": {"latitude": 41.15, "longitude": -8.61, "altitude": None},
        "image_etag": IMAGE,
        "variants": ["as-is", "flipped-left-right"],
        "label": None,
        "label_history": [],
        "category": "cowrie",
        "confidence": 0.875,
        "model": "general",
        "findings": [{"id": "whole", "box": [0, 0, 1600, 1200], "label": None,
                      "category": "cowrie", "confidence": 0.875}],
        "functions": {"on_upload": mark(ETAG), "augment": mark(IMAGE), "classify": mark(IMAGE)},
        "error": None,
        **said,
    }  # fmt: skip


def expected(collection: str, **said: Any) -> dict[str, Any]:
    """A photo that was handed out and has not come."""
    whole = record(collection, state="expected", pending=["on_upload"], **said)
    kept = ("_id", "collection", "key", "owner", "filename", "state", "pending", "uploaded_at",
            "form_expires_at", "schema")  # fmt: skip
    return {name: whole[name] for name in kept}


def mark(etag: str, state: str = "done", **said: Any) -> dict[str, Any]:
    """What a function left in a record."""
    left = {"token": 7, "at": WHEN, "etag": etag, "state": state, "version": "1.0"}
    return {**left, "code": None, "reason": None, **said}


def stored(root: Documents, *records: dict[str, Any]) -> list[str]:
    """Put records into the database; returns their ids."""
    root["photos"].insert_many([dict(one) for one in records])
    return [one["_id"] for one in records]
