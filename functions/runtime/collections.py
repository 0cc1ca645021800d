"""Collections: their ids, made once from their names, and the documents that describe them."""

import hashlib
import re
import secrets
import string
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Self

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.runtime.database import LONG_AGO, Document, outages

RESERVED: Final = frozenset({"general", "labels", "backbone"})
"""Folders of the `models` bucket that are no collection's."""

LONGEST_NAME: Final = 100
SCHEMA: Final = 1
_ID: Final = re.compile(r"[a-z0-9-]{3,40}")
_ENDING: Final = string.ascii_lowercase + string.digits
_TRIES: Final = 10


class Collections:
    """The collections of this database. Every method raises Outage when Mongo can't be used."""

    def __init__(self, collections: Collection[Document]) -> None:
        self._collections = collections

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The collections of this database."""
        return cls(database["collections"])

    def get(self, collection_id: str) -> Document | None:
        """The collection, or None."""
        with outages():
            return self._collections.find_one({"_id": collection_id})

    def all(self) -> list[Document]:
        """Every collection by id."""
        with outages():
            return sorted(self._collections.find(), key=lambda found: str(found["_id"]))

    def add(
        self,
        name: str,
        owner: str,
        collection_id: str | None = None,
        told: Mapping[str, Any] | None = None,
        request: str | None = None,
    ) -> Document:
        """Make a collection, with an id from its name unless one is given; returns it.

        `told` are fields that are not as usual. The same owner's same `request` makes one
        collection only. Raises ValueError with a sentence when the name or the id can't be one,
        or is taken.
        """
        name = checked_name(name)
        if collection_id is not None:
            check_id(collection_id)
        digest = hashlib.sha256(f"{owner}/{request}".encode()).hexdigest() if request else None
        for candidate in [collection_id] if collection_id else ids_from(name, digest):
            made = self._made({**_new(candidate, name, owner), "request": digest, **(told or {})})
            if made is not None:
                return made
        raise ValueError(f"There is a collection {collection_id or name!r} already.")

    def _made(self, wanted: Document) -> Document | None:
        """The collection, which this very request may have made before; None: the id is taken."""
        try:
            with outages():
                self._collections.insert_one(wanted)
        except DuplicateKeyError:
            there = self.get(wanted["_id"]) or {}
            known = wanted["request"] is not None and there.get("request") == wanted["request"]
            return there if known else None
        return wanted

    def begin_deletion(self, collection_id: str, by: str, photos: int) -> None:
        """Ask the scheduler to delete a collection of so many photos; asked already is no error."""
        deletion = {"asked_at": datetime.now(UTC), "by": by, "photos": photos, "left": photos}
        rule = {"_id": collection_id, "deletion": {"$exists": False}}
        with outages():
            self._collections.update_one(rule, {"$set": {"deletion": deletion}})

    def being_deleted(self) -> list[Document]:
        """The collections whose deletion was asked for and has not ended."""
        span = {"$gte": LONG_AGO, "$lte": datetime.max.replace(tzinfo=UTC)}
        with outages():
            return list(self._collections.find({"deletion.asked_at": span}))


def check_id(collection_id: str) -> None:
    """Raises ValueError with a sentence when this can't be a collection's id."""
    if not _ID.fullmatch(collection_id):
        raise ValueError("An id has 3 to 40 characters out of a-z, 0-9 and the hyphen.")
    if collection_id in RESERVED:
        raise ValueError(f"{collection_id!r} is reserved; choose another id.")


def checked_name(name: str) -> str:
    """The name in NFC with single spaces; raises ValueError with a sentence when it can't be."""
    kept = " ".join(unicodedata.normalize("NFC", name).split())
    if not (1 <= len(kept) <= LONGEST_NAME and kept.isprintable()):
        raise ValueError(f"A name has 1 to {LONGEST_NAME} printable characters.")
    return kept


def ids_from(name: str, request: str | None = None) -> Iterator[str]:
    """The name in the letters of an id, then the same with random endings.

    With the hex digest of a request the endings come from that: the same ones each time.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")
    if len(stem) >= 3 and stem not in RESERVED:
        yield stem
    for turn in range(_TRIES):
        ending = "".join(secrets.choice(_ENDING) for _ in range(4))
        if request:
            ending = request[turn * 4 : turn * 4 + 4]
        yield f"{stem[:35].rstrip('-') or 'collection'}-{ending}"


def _new(collection_id: str, name: str, owner: str) -> Document:
    return {
        "_id": collection_id,
        "name": name,
        "owner": owner,
        "members": {owner: "owner"},
        "recognizer": "whole",
        "classifier": "transfer",
        "settings": {},
        "created_at": datetime.now(UTC),
        "schema": SCHEMA,
    }
