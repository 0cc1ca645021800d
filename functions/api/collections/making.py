"""Makes, changes and deletes collections, and writes down who did."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pymongo import ReturnDocument

from functions.api.caller import Caller, Role
from functions.api.collections.schemas import CollectionChange, NewCollection
from functions.api.collections.settings import changes
from functions.api.collections.shown import census
from functions.api.doors import role_in
from functions.api.parts import parts
from functions.api.refusals import Conflict, Forbidden, Wrong
from functions.runtime.collections import Collections, checked_name
from functions.runtime.database import Document, outages


def make(caller: Caller, wanted: NewCollection, request: str | None) -> Document:
    """The new collection; that of the caller's same `request` when it is there already.

    Raises Forbidden for named tokens, Wrong, and NotFound for one that the caller has left.
    """
    if caller.scope is not None:
        raise Forbidden("A named token is good for one collection only; it makes none.")
    told: dict[str, Any] = {
        "recognizer": wanted.recognizer,
        "classifier": wanted.classifier,
        "settings": wanted.settings,
    }
    changes(wanted.recognizer, {}, wanted.settings)
    with _named():
        made = Collections.of(parts().database).add(
            wanted.name, caller.name, told=told, request=request
        )
    # One that this request made before may have put the caller out since.
    made = parts().doors.collection(caller, made["_id"])
    parts().audit.note(caller.by, "collection.add", collection=made["_id"])
    return made


def change(caller: Caller, found: Document, wanted: CollectionChange) -> Document:
    """The collection after the change of what was given; raises Wrong, Conflict and Outage."""
    given = wanted.model_dump(exclude_unset=True)
    settings = given.pop("settings", {})
    fields = {**given, **_set(found, settings)}
    if "name" in fields:
        with _named():
            fields["name"] = checked_name(fields["name"])
    if not fields:
        return found
    changed = _changed(found["_id"], fields)
    parts().audit.note(
        caller.by, "collection.change", collection=found["_id"], fields=sorted(fields)
    )
    return changed


def delete(caller: Caller, found: Document) -> Document:
    """The collection, whose deletion has begun, now or before; raises Forbidden and Outage."""
    role, name = role_in(caller, found), found["_id"]
    if role is not Role.OWNER:
        raise Forbidden(f"This needs the role owner in the collection; yours is {role}.")
    own = parts()
    collections = Collections.of(own.database)
    if not found.get("deletion"):
        # First: whoever is killed in between has deleted nothing, and asks again.
        with outages():
            own.database["tokens"].delete_many({"scope.collection": name})
        collections.begin_deletion(name, caller.by, census().of_collection(name).total)
        own.audit.note(caller.by, "collection.delete", collection=name)
    return collections.get(name) or found


def _set(found: Document, given: Document) -> Document:
    recognizer, stored = found.get("recognizer", "whole"), found.get("settings") or {}
    return changes(recognizer, stored, given)


def _changed(collection: str, fields: Mapping[str, Any]) -> Document:
    with outages():
        changed = (
            parts()
            .database["collections"]
            .find_one_and_update(
                {"_id": collection, "deletion": {"$exists": False}},
                {"$set": dict(fields)},
                return_document=ReturnDocument.AFTER,
            )
        )
    if changed is None:
        raise Conflict("collection-deleting", "The collection is being deleted.")
    return changed


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except ValueError as reason:
        raise Wrong("/name", str(reason)) from None
