"""The wiring table's part in Mongo: one role and one user for each principal, and the indexes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from infra.indexes import Index, indexes
from infra.layout import Stack
from infra.mongo_first import signs_in
from infra.principals import Principal, principals
from infra.secrets_file import name_of
from infra.wiring import DATABASE

Document = dict[str, Any]

_READ: Final[tuple[str, ...]] = ("find",)
_APPEND: Final[tuple[str, ...]] = ("find", "insert")
_WRITE: Final[tuple[str, ...]] = ("find", "insert", "remove", "update")
_EVERY_COLLECTION: Final = ""
_UNAUTHORIZED: Final = 13


def wire_mongo(stack: Stack) -> Iterator[str]:
    """Make Mongo fit the table, telling each change.

    Raises SystemExit when the user of an external `MONGO_URI` may not make roles and users.
    """
    wanted = principals(stack.rows)
    with MongoClient[Document](stack.mongo_uri(), serverSelectionTimeoutMS=5000) as client:
        database = client[DATABASE]
        try:
            for principal in wanted:
                yield from _role(database, principal)
                yield from _user(database, stack, principal)
            yield from _dismissed(database, {principal.name for principal in wanted})
            for index in indexes(stack.rows):
                yield from _index(database, index)
        except OperationFailure as error:
            if error.code != _UNAUTHORIZED:
                raise
            raise SystemExit(
                f"the user of MONGO_URI needs the role dbOwner of {DATABASE!r}: {error.details}"
            ) from error


def privileges(principal: Principal) -> dict[str, tuple[str, ...]]:
    """What a principal may do in each collection; in all others, nothing."""
    granted = dict.fromkeys(principal.looks_up, _READ)
    granted |= dict.fromkeys(principal.appends, _APPEND)
    granted |= dict.fromkeys(principal.records, _WRITE)
    if principal.follows:
        # One stream of the whole database is in order; Mongo gives it only to who may read it all.
        granted[_EVERY_COLLECTION] = ("find", "changeStream")
    if "jobs" in principal.records:
        # APScheduler makes the index of its jobs itself.
        granted["jobs"] = (*_WRITE, "createIndex")
    return granted


def _role(database: Database[Document], principal: Principal) -> Iterator[str]:
    wanted = privileges(principal)
    known = database.command("rolesInfo", principal.name, showPrivileges=True)["roles"]
    if known and _told(known[0]) == {name: set(actions) for name, actions in wanted.items()}:
        return
    granted = [
        {"resource": {"db": DATABASE, "collection": name}, "actions": list(actions)}
        for name, actions in wanted.items()
    ]
    command = "updateRole" if known else "createRole"
    database.command(command, principal.name, privileges=granted, roles=[])
    yield f"rights of {principal.name} in Mongo"


def _told(role: Mapping[str, Any]) -> dict[str, set[str]]:
    return {
        privilege["resource"]["collection"]: set(privilege["actions"])
        for privilege in role["privileges"]
    }


def _user(database: Database[Document], stack: Stack, principal: Principal) -> Iterator[str]:
    if signs_in(stack.mongo_uri(principal.name)):
        return
    known = database.command("usersInfo", principal.name)["users"]
    database.command(
        "updateUser" if known else "createUser",
        principal.name,
        pwd=stack.secrets[name_of(principal.name, "mongo_password")],
        roles=[{"role": principal.name, "db": DATABASE}],
    )
    yield f"user {principal.name} in Mongo"


def _dismissed(database: Database[Document], wanted: set[str]) -> Iterator[str]:
    for role in database.command("rolesInfo", 1, showPrivileges=True)["roles"]:
        name = role["role"]
        # Its own inbox tells a function of ours from a stranger in a Mongo of somebody else's.
        ours = f"inbox.{name}" in _told(role)
        if ours and name not in wanted and database.command("usersInfo", name)["users"]:
            database.command("dropUser", name)
            database.command("dropRole", name)
            yield f"took away user {name} in Mongo; inbox.{name} stays"


def _index(database: Database[Document], index: Index) -> Iterator[str]:
    collection = database[index.collection]
    there = collection.index_information().get(index.name)
    if there is not None:
        options = {name: value for name, value in there.items() if name not in ("v", "key", "ns")}
        if options == index.options:
            return
        collection.drop_index(index.name)
    collection.create_index(list(index.keys), name=index.name, **index.options)
    yield f"index {index.name} of {index.collection}"
