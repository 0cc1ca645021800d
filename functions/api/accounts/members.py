"""Members of collections: who has which role, and that every collection keeps an owner."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Self

from pymongo.collection import Collection
from pymongo.database import Database

from functions.api.accounts.users import Users
from functions.api.caller import Role
from functions.api.refusals import Conflict, NotFound, NotReady
from functions.runtime.database import Document, outages

_TRIES: Final = 20
"""How often others may be quicker before we give up."""


class Members:
    """Members of the collections of this database. Every method raises Outage."""

    def __init__(self, collections: Collection[Document]) -> None:
        self._collections = collections

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """Members of the collections of this database."""
        return cls(database["collections"])

    def change(self, look: Callable[[], Document], name: str, role: Role | None) -> bool:
        """Give a user this role, None for no membership, in the collection that `look` finds.

        `look` is asked again (and may refuse) whenever somebody else was quicker. Returns whether
        anything changed; raises Conflict `last-owner` when nobody would own the collection.
        """
        for _ in range(_TRIES):
            seen = look()
            members = with_role(seen["members"], name, role)
            if members == seen["members"]:
                return False
            owner = heir(seen["owner"], members)
            # Only if they are still as they were: owners who demote each other leave one.
            unchanged = {"_id": seen["_id"], "members": seen["members"]}
            wanted = {"$set": {"members": members, "owner": owner}}
            with outages():
                if self._collections.update_one(unchanged, wanted).matched_count:
                    return True
        raise NotReady("not-ready", "Others are changing the members. Try again soon.", 1)

    def admit(self, look: Callable[[], Document], users: Users, name: str, role: Role) -> None:
        """Give a user this role, as `change`; raises NotFound if the user is deleted meanwhile."""
        self.change(look, name, role)
        if users.get(name) is None:
            self.change(look, name, None)
            raise NotFound("There is no such user.")

    def leave_all(self, name: str) -> None:
        """Take a user out of every collection; raises Conflict `owns-collections`.

        Nothing is changed while the user is the only owner of a collection.
        """
        with outages():
            found = list(self._collections.find({f"members.{name}": {"$exists": True}}))
        left = [one["_id"] for one in found if _owners(one["members"]) == {name}]
        if left:
            raise Conflict("owns-collections", f"{name} is the only owner of {', '.join(left)}.")
        for collection in found:
            self.change(partial(self._find, collection["_id"]), name, None)

    def _find(self, collection_id: str) -> Document:
        with outages():
            found = self._collections.find_one({"_id": collection_id})
        return found or {"_id": collection_id, "members": {}, "owner": ""}


def with_role(members: Mapping[str, str], name: str, role: Role | None) -> dict[str, str]:
    """The members after the change; raises Conflict when an owner goes and none is left."""
    changed = {one: held for one, held in members.items() if one != name}
    if role is not None:
        changed = {**members, name: role.value}
    if _owners(members) and not _owners(changed):
        raise Conflict("last-owner", "A collection needs an owner: make somebody else one first.")
    return changed


def heir(owner: str, members: Mapping[str, str]) -> str:
    """Who owns photos that name nobody: the owner there was, or else the one who is by now."""
    owners = _owners(members)
    return owner if owner in owners or not owners else min(owners)


def _owners(members: Mapping[str, str]) -> set[str]:
    return {name for name, role in members.items() if role == Role.OWNER.value}
