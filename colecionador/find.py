"""Finds photos by what an operator has at hand: an id, part of it, a filename or a key."""

import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from colecionador.operator import Operator
from colecionador.shown import say, show_table
from functions.runtime.database import Document, outages
from functions.runtime.faults import Rejected
from functions.runtime.photo import PhotoRef, is_photo_id, photo_of_upload

MOST_FOUND: Final = 20
_LONGEST: Final = 255
"""No file name is longer, and Mongo takes no pattern of any length."""
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Found:
    """A photo, or a `key` in `uploads` that could not become one and has no `record`.

    `key` is None for a removed photo whose id does not tell it.
    """

    id: str
    key: str | None
    photo: PhotoRef | None
    record: Document

    @classmethod
    def of(cls, record: Document) -> "Found":
        """The photo of a record or of a tombstone, which keeps no key."""
        photo = PhotoRef(record["collection"], record["_id"])
        own = f"{photo.collection}/{photo.id}" if is_photo_id(photo.id) else None
        return cls(photo.id, record.get("key", own), photo, record)

    def said(self, name: str) -> str:
        """A field of the record as text; empty when it has none."""
        return str(self.record.get(name, ""))


def find(operator: Operator, text: str) -> list[Found]:
    """What fits the text best, at most `MOST_FOUND`; raises Outage.

    A whole id (also inside a key of any bucket) or a whole key of `uploads` is one photo; any
    other text is looked for in ids and filenames.
    """
    one = find_exactly(operator, text)
    if one:
        return [one]
    if len(text) > _LONGEST:
        return []
    anywhere = {"$regex": re.escape(text), "$options": "i"}
    rule = {"$or": [{"_id": anywhere}, {"filename": anywhere}]}
    with outages():
        return [Found.of(one) for one in operator.database["photos"].find(rule).limit(MOST_FOUND)]


def find_one(operator: Operator, text: str) -> Found:
    """The one photo that fits the text best, as `find` looks for it; raises Outage.

    Where none or several fit, says so, lists them and exits with 1.
    """
    found = find(operator, text)
    if not found:
        say(f"no photo fits {text!r}")
        sys.exit(1)
    if len(found) > 1:
        rows = [(one.id, one.said("filename"), one.said("state")) for one in found]
        show_table("several photos fit; name one", ("photo", "filename", "state"), rows)
        sys.exit(1)
    return found[0]


def find_exactly(operator: Operator, text: str) -> Found | None:
    """The one photo with this whole id or key, or None; raises Outage."""
    text = text.removeprefix("uploads/")
    ids = [match.group() for match in _ID.finditer(text.lower())]
    with suppress(Rejected):
        ids.append(photo_of_upload(text).id)
    with outages():
        records = [operator.database["photos"].find_one({"_id": one}) for one in reversed(ids)]
        row = operator.database["inbox.on_upload"].find_one({"_id": f"uploads/{text}"}, {"_id": 1})
    found = next((Found.of(record) for record in records if record), None)
    # A key that could not become a photo, maybe because its id is another's, has a delivery.
    if row and (found is None or found.key != text):
        return Found(text, text, None, {})
    return found
