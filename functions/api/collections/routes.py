"""Collections over HTTP."""

from datetime import datetime
from typing import Final

from pydantic import AwareDatetime

from functions.api.caller import Role
from functions.api.collections.making import change, delete, make
from functions.api.collections.schemas import (
    CollectionChange,
    CollectionsTold,
    CollectionTold,
    NewCollection,
)
from functions.api.collections.shown import collection_told
from functions.api.cursor import Cursor, PageQuery
from functions.api.headers import KeyGiven
from functions.api.parts import parts
from functions.api.signed_in import caller, signed_in
from functions.runtime.database import Document

collections = signed_in("collections")

_CURSOR: Final = Cursor(tuple[AwareDatetime, str])


@collections.get("/collections")
@collections.input(PageQuery, location="query")
@collections.output(CollectionsTold)
def list_collections(query_data: PageQuery) -> Document:
    """List the collections you are a member of, newest first."""
    mine = sorted(parts().doors.collections(caller()), key=_key, reverse=True)
    last = _CURSOR.read(query_data.cursor)
    rest = [one for one in mine if last is None or _key(one) < last]
    page = rest[: query_data.limit]
    after = _CURSOR.after(_key(page[-1])) if len(rest) > len(page) else None
    return {"items": [collection_told(one) for one in page], "next": after}


@collections.post("/collections")
@collections.input(NewCollection)
@collections.input(KeyGiven, location="headers")
@collections.output(CollectionTold, 201)
def make_collection(json_data: NewCollection, headers_data: KeyGiven) -> Document:
    """Make a collection; you are its owner. With an `Idempotency-Key` it may be repeated."""
    return collection_told(make(caller(), json_data, headers_data.idempotency_key))


@collections.get("/collections/<collection>")
@collections.output(CollectionTold)
def read_collection(collection: str) -> Document:
    """Read a collection: its settings, members, counts, and how its learning goes."""
    return collection_told(parts().doors.collection(caller(), collection))


@collections.patch("/collections/<collection>")
@collections.input(CollectionChange)
@collections.output(CollectionTold)
def change_collection(collection: str, json_data: CollectionChange) -> Document:
    """Change name, classifier or settings; its owners may. The recognizer stays what it is."""
    found = parts().doors.collection(caller(), collection, Role.OWNER)
    return collection_told(change(caller(), found, json_data))


@collections.delete("/collections/<collection>")
@collections.output(CollectionTold, 202)
def delete_collection(collection: str) -> Document:
    """Delete a collection with all that is in it; `deletion` tells how far that is."""
    found = parts().doors.collection(caller(), collection)
    return collection_told(delete(caller(), found))


def _key(found: Document) -> tuple[datetime, str]:
    return found["created_at"], found["_id"]
