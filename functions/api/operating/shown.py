"""A delivery's row as people see it, under an id that can stand in a path; pure."""

import base64
import binascii
from typing import Final

from functions.runtime.database import Document
from functions.runtime.faults import Rejected
from functions.runtime.photo import PhotoRef, photo_of_image, photo_of_upload, photo_of_variant

_ATTEMPT: Final = ("at", "ended", "outcome", "code", "reason")


def id_of(function: str, row_id: str) -> str:
    """The delivery's id outside: one word of letters, digits, `-` and `_`."""
    return base64.urlsafe_b64encode(f"{function}:{row_id}".encode()).decode().rstrip("=")


def place_of(delivery: str) -> tuple[str, str]:
    """Function and row id of what `id_of` made; both empty for anything else."""
    try:
        padded = delivery.encode("ascii") + b"=" * (-len(delivery) % 4)
        told = base64.b64decode(padded, b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        return "", ""
    function, _, row_id = told.partition(":")
    return function, row_id


def photo_of(row: Document) -> PhotoRef | None:
    """Whose object it is; None for a key that is no photo's, or without one."""
    bucket, key = row.get("bucket"), row.get("key")
    if bucket is None or key is None:
        return None
    try:
        if bucket == "uploads":
            return photo_of_upload(key)
        return photo_of_variant(key)[0] if bucket == "variants" else photo_of_image(key)
    except Rejected:
        return None


def delivery_told(function: str, row: Document) -> Document:
    """The row as `DeliveryTold` has it."""
    photo, attempts = photo_of(row), row.get("attempts", [])
    moments = [row["opened_at"], *(attempt["ended"] for attempt in attempts[-1:])]
    if row["state"] == "running":
        moments.append(row["claimed_at"])
    return {
        "id": id_of(function, row["_id"]),
        "function": function,
        **{name: row.get(name) for name in ("bucket", "key", "state", "code", "reason")},
        "collection": photo.collection if photo else None,
        "photo": photo.id if photo else None,
        "opened_at": row["opened_at"],
        "since": max(moments),
        "failures": row.get("failures", 0),
        "deaths": row.get("deaths", 0),
        "attempts": [{name: attempt.get(name) for name in _ATTEMPT} for attempt in attempts],
    }
