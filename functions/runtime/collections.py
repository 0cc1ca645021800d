"""Collections: their ids, made once from their names, and the documents that describe them."""

import re
import secrets
import string
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, Self

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.runtime.database import Document, outages

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

    def add(self, name: str, owner: str, collection_id: str | None = None) -> Document:
        """Make a collection, with an id from its name unless one is given; returns it.

        Raises ValueError with a sentence when the name or the id can't be one, or is taken.
        """
        name = _checked_name(name)
        if collection_id is not None:
            check_id(collection_id)
        for candidate in [collection_id] if collection_id else ids_from(name):
            made = _new(candidate, name, owner)
            try:
                with outages():
                    self._collections.insert_one(made)
            except DuplicateKeyError:
                continue
            return made
        raise ValueError(f"There is a collection {collection_id or name!r} already.")


def check_id(collection_id: str) -> None:
    """Raises ValueError with a sentence when this can't be a collection's id."""
    if not _ID.fullmatch(collection_id):
        raise ValueError("An id has 3 to 40 characters out of a-z, 0-9 and the hyphen.")
    if collection_id in RESERVED:
        raise ValueError(f"{collection_id!r} is reserved; choose another id.")


def _checked_name(name: str) -> str:
    kept = " ".join(unicodedata.normalize("NFC", name).split())
    if not (1 <= len(kept) <= LONGEST_NAME and kept.isprintable()):
        raise ValueError(f"A name has 1 to {LONGEST_NAME} printable characters.")
    return kept


def ids_from(name: str) -> Iterator[str]:
    """The name in the letters of an id, then the same with random endings."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")
    if len(stem) >= 3 and stem not in RESERVED:
        yield stem
    for _ in range(_TRIES):
        ending = "".join(secrets.choice(_ENDING) for _ in range(4))
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
