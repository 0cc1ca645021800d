"""Waiting for a photo: until a model has spoken of it, or it is known why none will."""

import time
from typing import Final

from functions.api.parts import parts
from functions.api.refusals import NotFound
from functions.runtime.database import Document, outages
from functions.runtime.photo_state import RECORDER

_ENDED: Final = ("ready", "rejected", "failed")
_FIRST_PAUSE, _LONGEST_PAUSE, _LONGER = 0.02, 0.25, 1.3


def spoken(photo_id: str, seconds: float, etag: str | None = None) -> Document:
    """The photo's record as soon as a category or an error is there, or else after `seconds`.

    With an etag they have to be of those bytes, which may have just come in place of others.
    Raises NotFound when the photo is removed meanwhile, and Outage.
    """
    photos = parts().database["photos"]
    deadline, pause = time.monotonic() + seconds, _FIRST_PAUSE
    while True:
        with outages():
            record = photos.find_one({"_id": photo_id})
        if record is None or record["state"] == "removed":
            raise NotFound("There is no such photo.")
        left = deadline - time.monotonic()
        if has_spoken(record, etag) or left <= 0:
            return record
        time.sleep(min(pause, left))
        pause = min(pause * _LONGER, _LONGEST_PAUSE)


def has_spoken(record: Document, etag: str | None = None) -> bool:
    """Whether there is a category or an error; with an etag, of those bytes."""
    if etag is not None and record.get("functions", {}).get(RECORDER, {}).get("etag") != etag:
        return False
    return bool(record.get("category") or record.get("error") or record["state"] in _ENDED)
