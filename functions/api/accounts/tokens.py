"""Tokens: a row for each that is good, so that each can be ended; who carries one gets its id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Self

import uuid6
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.api.accounts.signing import Signing
from functions.api.caller import Caller, Role, Scope
from functions.api.refusals import Conflict
from functions.runtime.database import Document, outages

_AFTER_ALL: Final = "~"
"""Sorts behind every id."""


@dataclass(frozen=True)
class Issued:
    """A token as its owner gets it, once."""

    id: str
    token: str = field(repr=False)
    expires: datetime


class Tokens:
    """The tokens of this database, signed with `keys` (secrets by key id, the first one signs).

    Every method raises Outage when Mongo can't be used.
    """

    def __init__(self, tokens: Collection[Document], keys: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._signing = Signing(keys)

    @classmethod
    def of(cls, database: Database[Document], keys: Mapping[str, str]) -> Self:
        """The tokens of this database."""
        return cls(database["tokens"], keys)

    def issue(self, user: str, operator: bool, life: timedelta, address: str = "") -> Issued:
        """A new session of a user who signed in from this address."""
        told = {"operator": operator, "address": address}
        return self._add(user, datetime.now(UTC) + life, told)[0]

    def issue_named(self, user: str, expires: datetime, scope: Scope) -> tuple[Issued, Document]:
        """A new named token of a user, good for less, and its row.

        Raises Conflict `name-taken` when the user has a token of that name.
        """
        named = f"{user}/{scope.name}"
        told = {"name": scope.name, "collection": scope.collection, "role": scope.role.value}
        with outages():
            # Mongo takes expired ones away within a minute; the name is free at once.
            self._tokens.delete_one({"named": named, "expires_at": {"$lte": datetime.now(UTC)}})
        try:
            return self._add(user, expires, {"operator": False, "scope": told, "named": named})
        except DuplicateKeyError:
            raise Conflict("name-taken", f"You have a token called {scope.name!r}.") from None

    def caller(self, token: str) -> Caller | None:
        """Who comes with this token; None when it is forged or ended.

        Raises NotSignedIn when its time is over.
        """
        claims = self._signing.claims(token)
        row = self._row(claims["jti"]) if claims else None
        if claims is None or row is None or row["user"] != claims["sub"]:
            return None
        if row["expires_at"] <= datetime.now(UTC):
            return None
        return Caller(row["user"], row["operator"], row["_id"], _scope(row.get("scope")))

    def good(self, token_id: str) -> bool:
        """Whether the token was not ended."""
        return self._row(token_id) is not None

    def signed_in_at(self, user: str, address: str) -> bool:
        """Whether the user has a session from this address."""
        with outages():
            return self._tokens.find_one({"user": user.lower(), "address": address}) is not None

    def named(self, user: str, before: str | None, limit: int) -> list[Document]:
        """Rows of the user's named tokens, newest first, those made before the id `before`."""
        ids = {"$gt": "", "$lt": before or _AFTER_ALL}
        with outages():
            found = self._tokens.find({"user": user, "_id": ids, "named": {"$exists": True}})
            return list(found.sort("_id", -1).limit(limit))

    def end(self, token_id: str) -> None:
        """The token is good for nothing any more; one that is not there is no error."""
        with outages():
            self._tokens.delete_one({"_id": token_id})

    def end_named(self, user: str, token_id: str) -> Document | None:
        """End this named token of the user; its row, or None when it is no such thing."""
        mine = {"_id": token_id, "user": user, "named": {"$exists": True}}
        with outages():
            return self._tokens.find_one_and_delete(mine)

    def end_sessions(self, user: str, but: str) -> None:
        """End all sessions of the user but this one; cameras go on."""
        others = {"user": user, "_id": {"$ne": but}, "named": {"$exists": False}}
        with outages():
            self._tokens.delete_many(others)

    def end_all(self, user: str, collection: str | None = None) -> None:
        """End every token of the user; with a collection only those that are for it."""
        place = {"scope.collection": collection} if collection else {}
        with outages():
            self._tokens.delete_many({"user": user, **place})

    def _add(self, user: str, expires: datetime, told: Document) -> tuple[Issued, Document]:
        token_id = str(uuid6.uuid7())
        times = {"created_at": datetime.now(UTC), "expires_at": expires}
        row = {"_id": token_id, "user": user, **times, **told}
        with outages():
            self._tokens.insert_one(row)
        return Issued(token_id, self._signing.signed(token_id, user, expires), expires), row

    def _row(self, token_id: str) -> Document | None:
        with outages():
            return self._tokens.find_one({"_id": token_id})


def _scope(told: Mapping[str, str] | None) -> Scope | None:
    return Scope(told["name"], told["collection"], Role(told["role"])) if told else None
