"""How each label of a collection is spelled: the first spelling wins."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Self

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.runtime.database import Document, outages
from functions.runtime.label import clean, folded


class Spellings:
    """The Mongo collection `labels`. Every method raises Outage when Mongo can't be used.

    A label stays in it when no photo has it any more: its spelling is found again.
    """

    def __init__(self, labels: Collection[Document]) -> None:
        self._labels = labels

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The spellings of this database."""
        return cls(database["labels"])

    def first(self, collection: str, label: str) -> str:
        """The label as it was first written in the collection; now, when it never was.

        Raises ValueError with a sentence when the text can't be a label.
        """
        label = clean(label)
        known = self._get(collection, label)
        if known is None:
            self._add(collection, label)
            known = self._get(collection, label)
        return str(known["label"]) if known else label

    def all_of(self, collection: str, label: str) -> list[str]:
        """Every spelling that photos may have, the present one first; none when it is unknown."""
        known = self._get(collection, label)
        return [known["label"], *known.get("earlier", [])] if known else []

    def change(self, collection: str, label: str) -> None:
        """From now on the label is spelled like this; earlier spellings are remembered."""
        self.first(collection, label)
        # One update by the row as it is then: of two people at once neither spelling is forgotten.
        earlier = {"$ifNull": ["$earlier", []]}
        update = {
            "earlier": {"$setUnion": [earlier, ["$label"]]},
            "label": {"$literal": clean(label)},
        }
        with outages():
            self._labels.update_one({"_id": _id(collection, label)}, [{"$set": update}])

    def _get(self, collection: str, label: str) -> Document | None:
        with outages():
            return self._labels.find_one({"_id": _id(collection, label)})

    def _add(self, collection: str, label: str) -> None:
        new = {
            "_id": _id(collection, label),
            "collection": collection,
            "label": label,
            "first_at": datetime.now(UTC),
        }
        with outages(), suppress(DuplicateKeyError):
            self._labels.insert_one(new)


def _id(collection: str, label: str) -> str:
    return f"{collection}/{folded(label)}"
