"""Who may see and do what: the one place where a caller meets a collection or a photo."""

from collections.abc import Iterator
from typing import Final

from pymongo.database import Database

from functions.api.caller import Caller, Role
from functions.api.refusals import Conflict, Forbidden, NotFound
from functions.runtime.database import Document, outages

_NOWHERE: Final = ""
"""The id of no collection: what is not there is looked for as long as what is."""


class Doors:
    """Opens collections and photos to their members. Every method raises Outage without Mongo."""

    def __init__(self, database: Database[Document]) -> None:
        self._collections = database["collections"]
        self._photos = database["photos"]
        self._trainings = database["trainings"]

    def collection(self, caller: Caller, collection_id: str, least: Role = Role.VIEWER) -> Document:
        """The collection, for someone who may do at least what `least` may.

        Raises NotFound for those who are no members, Forbidden for those with a smaller role, and
        Conflict when somebody who wants more than to look comes while it is being deleted.
        """
        with outages():
            found = self._collections.find_one({"_id": collection_id})
        role = role_in(caller, found)
        if found is None or role is None:
            raise NotFound("There is no such collection.")
        if not role.reaches(least):
            raise Forbidden(f"This needs the role {least} in the collection; yours is {role}.")
        if least is not Role.VIEWER and found.get("deletion"):
            raise Conflict("collection-deleting", "The collection is being deleted.")
        return found

    def photo(self, caller: Caller, photo_id: str, least: Role = Role.VIEWER) -> Document:
        """The record of a photo in a collection, as `collection` opens it; a tombstone is none."""
        with outages():
            record = self._photos.find_one({"_id": photo_id})
        try:
            # Also for a photo that is not there: who asks can't tell it from another's by time.
            self.collection(caller, record["collection"] if record else _NOWHERE, least)
        except NotFound:
            record = None
        if record is None or record["state"] == "removed":
            raise NotFound("There is no such photo.")
        return record

    def training(self, caller: Caller, training_id: str, least: Role = Role.VIEWER) -> Document:
        """A training of a collection, as `collection` opens it."""
        with outages():
            found = self._trainings.find_one({"_id": training_id})
        try:
            self.collection(caller, found["collection"] if found else _NOWHERE, least)
        except NotFound:
            found = None
        if found is None:
            raise NotFound("There is no such training.")
        return found

    def collections(self, caller: Caller) -> Iterator[Document]:
        """Every collection the caller is a member of, by id."""
        with outages():
            found = list(self._collections.find({f"members.{caller.name}": {"$exists": True}}))
        for collection in sorted(found, key=lambda one: str(one["_id"])):
            if role_in(caller, collection) is not None:
                yield collection

    def person(self, caller: Caller) -> Caller:
        """The caller; raises Forbidden for named tokens, which cameras and backends carry."""
        if caller.scope is not None:
            raise Forbidden("A named token can't do this: a person has to sign in.")
        return caller

    def operator(self, caller: Caller) -> None:
        """Raises NotFound for everyone who is not an operator."""
        if not caller.operates:
            raise NotFound


def role_in(caller: Caller, collection: Document | None) -> Role | None:
    """The caller's role in the collection, None when it is none of the caller's business."""
    member = (collection or {}).get("members", {}).get(caller.name)
    if member is None:
        return None
    role, scope = Role(member), caller.scope
    if scope is None:
        return role
    if collection is None or scope.collection != collection["_id"]:
        return None
    # Whoever made the token may have lost rights since.
    return scope.role if role.reaches(scope.role) else role
