"""The steps of a collection's deletion: its originals, then all that is left in any place."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from pymongo.collection import Collection
from pymongo.database import Database

from functions.runtime.database import LONG_AGO, Document, outages
from functions.runtime.event import GONE
from functions.runtime.inbox import Inbox
from functions.runtime.models import BUCKET, POINTER
from functions.runtime.photo_state import ARRIVED, RECORDER
from functions.runtime.storage import Storage
from scheduler.batches import batches
from scheduler.label_lines import key_of
from scheduler.lease import Lease

_UNDER_WAY: Final = 200
"""Originals whose removal the functions may owe at once: other people's photos come between."""

_AT_ONCE: Final = 500
_BUCKETS: Final = ("uploads", "images", "thumbnails", "variants")
_NAMING: Final = (
    *("photos", "features", "variant_features"),
    *("trainings", "activations", "changes"),
)
"""Where documents name their collection; labels and deliveries do so in their ids."""


class Originals:
    """Takes originals away, and has the functions take away what they made of them."""

    def __init__(
        self, storage: Storage, database: Database[Document], functions: tuple[str, ...]
    ) -> None:
        self._storage = storage
        self._photos = database["photos"]
        self._inbox = Inbox.of(database, RECORDER)
        self._inboxes = [database[f"inbox.{function}"] for function in functions]

    def take(self, collection: str) -> bool:
        """Take some away; True while there are any, or a function still owes them something."""
        owed = sum(_owed(inbox, collection) for inbox in self._inboxes)
        there = self._storage.list("uploads", f"{collection}/")
        taken = 0
        for stat in islice(there, max(1, _UNDER_WAY - owed)):
            # Asked first: whatever is killed in between, the row is there and looks.
            self._inbox.ask("uploads", stat.key, GONE)
            self._storage.remove("uploads", stat.key)
            taken += 1
        return owed + taken > 0

    def left(self, collection: str) -> int:
        """How many photos there still are; raises Outage."""
        with outages():
            rule = {"collection": collection, "state": {"$in": ARRIVED}}
            return self._photos.count_documents(rule)


class Rest:
    """Takes away what no function has made, could take away, or knows of."""

    def __init__(
        self, storage: Storage, database: Database[Document], functions: tuple[str, ...]
    ) -> None:
        self._storage = storage
        self._database = database
        self._functions = functions

    def take(self, collection: str) -> bool:
        """Take everything away; False when another one is at the models, to be tried again."""
        for bucket in _BUCKETS:
            self._remove(bucket, f"{collection}/")
        if not self._take_models(collection):
            return False
        for rows, rule in self._documents(collection):
            _delete(rows, rule)
        return True

    def _take_models(self, collection: str) -> bool:
        lease = Lease.of(self._database, f"models/{collection}")
        if not lease.take():
            return False
        try:
            # The pointer first: nobody is led to a version that is half gone.
            self._storage.remove(BUCKET, f"{collection}/{POINTER}")
            self._remove(BUCKET, f"{collection}/")
            self._storage.remove(BUCKET, key_of(collection))
        finally:
            lease.release()
        lease.forget()
        return True

    def _remove(self, bucket: str, prefix: str) -> None:
        for stat in self._storage.list(bucket, prefix):
            self._storage.remove(bucket, stat.key)

    def _documents(self, collection: str) -> Iterator[tuple[Collection[Document], Document]]:
        for name in _NAMING:
            yield self._database[name], {"collection": collection}
        yield self._database["labels"], _under(collection)
        for function in self._functions:
            for bucket in _BUCKETS:
                yield self._database[f"inbox.{function}"], _under(f"{bucket}/{collection}")


def _owed(inbox: Collection[Document], collection: str) -> int:
    """How many open rows the function has that are about the collection."""
    is_open = {"due": {"$gte": LONG_AGO}}
    with outages():
        return sum(
            inbox.count_documents({**_under(f"{bucket}/{collection}"), **is_open})
            for bucket in _BUCKETS
        )


def _under(folder: str) -> Document:
    """The documents whose id begins with this folder, as a range with both ends."""
    return {"_id": {"$gte": f"{folder}/", "$lt": f"{folder}0"}}


def _delete(rows: Collection[Document], rule: Document) -> None:
    # Some at a time: none of these steps holds up what other people wait for.
    with outages():
        for some in batches(rows.find(rule, {"_id": 1}), _AT_ONCE):
            rows.delete_many({"_id": {"$in": [row["_id"] for row in some]}})
