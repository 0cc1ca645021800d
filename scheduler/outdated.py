"""Photos whose category was said by another version than the one that answers now."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from pymongo import UpdateOne
from pymongo.database import Database

from functions.classify.answer import Answer
from functions.runtime.database import Document, outages

_LAST: Final = chr(0x10FFFF)

Said: TypeAlias = tuple[Document, Answer]
"""A photo's record and what a version says of it."""


class Outdated:
    """The records of such photos. Every method raises Outage when Mongo can't be used."""

    def __init__(self, database: Database[Document]) -> None:
        self._photos = database["photos"]

    def of(self, collection: str, version: str, limit: int) -> list[Document]:
        """Photos of the collection that name another version: id, image_etag and category."""
        # Closed ranges on both sides of the version: what names it is not even looked at.
        ranges = ({"$gte": "", "$lt": version}, {"$gt": version, "$lte": _LAST})
        found: list[Document] = []
        for between in ranges:
            rule = {"collection": collection, "model": between}
            if limit > len(found):
                with outages():
                    some = self._photos.find(rule, {"image_etag": 1, "category": 1})
                    found += some.limit(limit - len(found))
        return found

    def write(self, said: Sequence[Said]) -> int:
        """Write what the new version says; returns of how many photos.

        Those that changed or went meanwhile stay as they are: they have an answer of their own by
        then, or are found by the next look.
        """
        updates = [_update(photo, answer) for photo, answer in said]
        if not updates:
            return 0
        with outages():
            return self._photos.bulk_write(updates, ordered=False).modified_count


def split_by_change(said: Iterable[Said]) -> tuple[list[Said], list[Said]]:
    """Those whose category becomes another one, and those that keep theirs."""
    changed: list[Said] = []
    same: list[Said] = []
    for photo, answer in said:
        (same if photo.get("category") == answer.category else changed).append((photo, answer))
    return changed, same


def _update(photo: Document, answer: Answer) -> UpdateOne:
    unchanged = {
        "_id": photo["_id"],
        "image_etag": photo["image_etag"],
        "removed_at": {"$exists": False},
        "findings.0.id": "whole",
    }
    said = {"category": answer.category, "confidence": answer.confidence}
    finding = {f"findings.0.{name}": value for name, value in said.items()}
    return UpdateOne(unchanged, {"$set": {**said, **finding, "model": answer.model}})
