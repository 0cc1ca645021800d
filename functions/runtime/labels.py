"""Labels of photos: what people say of them, with who, when and history."""

from typing import Final, Self

from pymongo import ReturnDocument, UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from functions.runtime.database import Document, outages
from functions.runtime.label import clean, folded
from functions.runtime.label_changes import said
from functions.runtime.spellings import Spellings

_WITHOUT: Final = {
    "expected": "has not been sent yet",
    "expired": "was never sent",
    "rejected": "was refused",
    "removed": "was removed",
}
WITHOUT_PHOTO: Final = tuple(_WITHOUT)
"""The states in which there is nothing that a label could be about."""

_AT_ONCE: Final = 500


class CannotLabel(ValueError):
    """This photo can't have a label, or there is no such label; the text is a sentence."""


class Labels:
    """What people say of photos. Every method raises Outage when Mongo can't be used."""

    def __init__(self, photos: Collection[Document], spellings: Spellings) -> None:
        self._photos = photos
        self._spellings = spellings

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The labels of this database."""
        return cls(database["photos"], Spellings.of(database))

    def spelled(self, collection: str, label: str) -> str:
        """The label as it was first written in the collection; raises ValueError."""
        return self._spellings.first(collection, label)

    def put(self, photo: str, label: str | None, by: str) -> Document:
        """Say what a photo shows, or take that away with None; returns its record.

        What is said already changes nothing. Raises CannotLabel, and ValueError with a sentence
        when the text can't be a label.
        """
        collection = self._able(photo)["collection"]
        while True:
            text = None if label is None else self.spelled(collection, label)
            record = self._put(photo, text, by)
            # Renamed in the meantime, the label would be left behind in its old spelling.
            if label is None or self.spelled(collection, label) == text:
                return record

    def _put(self, photo: str, label: str | None, by: str) -> Document:
        rule = {"_id": photo, "state": {"$nin": WITHOUT_PHOTO}, "label": {"$ne": label}}
        with outages():
            changed = self._photos.find_one_and_update(
                rule, [{"$set": said(label, by)}], return_document=ReturnDocument.AFTER
            )
        return changed or self._able(photo)

    def _able(self, photo: str) -> Document:
        with outages():
            record = self._photos.find_one({"_id": photo})
        if record is None:
            raise CannotLabel(f"There is no photo {photo}.")
        why = _WITHOUT.get(record["state"])
        if why:
            raise CannotLabel(f"Photo {photo} {why}; it can't have a label.")
        return record

    def rename(self, collection: str, old: str, new: str, by: str) -> int:
        """Call a label of all photos otherwise; returns how many photos were changed.

        With a `new` that photos have already the two become one, in the spelling there is. A
        `new` that differs in case only changes the spelling. Killed in the middle, the same call
        finishes the rest. Raises CannotLabel when no photo ever had the label, and ValueError.
        """
        old, new = clean(old), clean(new)
        olds = self._spellings_of(collection, old)
        if folded(old) == folded(new):
            # First, so that nobody says the old spelling while the photos change.
            self._spellings.change(collection, new)
            # Of two renames at once the later one wins, whichever comes to the photos first.
            olds = self._spellings_of(collection, old)
            new = olds[0]
        else:
            new = self.spelled(collection, new)
        said_before = {"label": {"$in": [one for one in olds if one != new]}}
        with outages():
            found = self._photos.find({"collection": collection, **said_before}, {"_id": 1})
            photos = [photo["_id"] for photo in found]
        parts = (photos[start : start + _AT_ONCE] for start in range(0, len(photos), _AT_ONCE))
        return sum(self._renamed(said_before, part, new, by) for part in parts)

    def _spellings_of(self, collection: str, label: str) -> list[str]:
        known = self._spellings.all_of(collection, label)
        with outages():
            if known or self._photos.find_one({"collection": collection, "label": label}):
                return [*known, label]
        raise CannotLabel(f"No photo in {collection} was ever labelled {label!r}.")

    def _renamed(self, said_before: Document, photos: list[str], new: str, by: str) -> int:
        update = [{"$set": said(new, by)}]
        # Who took the label away or said another since then is not overruled.
        updates = [UpdateOne({"_id": photo, **said_before}, update) for photo in photos]
        with outages():
            return self._photos.bulk_write(updates, ordered=False).modified_count
