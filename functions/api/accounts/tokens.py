"""Tokens: signed claims (JWT, RFC 7519) that name a row in `tokens`, so that each can be ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

import jwt
import uuid6
from pymongo.collection import Collection
from pymongo.database import Database

from functions.api.caller import Caller, Role, Scope
from functions.runtime.database import Document, outages

_ALGORITHM: Final = "HS256"
_REQUIRED: Final = ["exp", "jti", "sub"]


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
        self._keys = keys

    @classmethod
    def of(cls, database: Database[Document], keys: Mapping[str, str]) -> Self:
        """The tokens of this database."""
        return cls(database["tokens"], keys)

    def issue(
        self, user: str, operator: bool, life: timedelta, scope: Scope | None = None
    ) -> Issued:
        """A new token of a user; with a scope a named one, good for less."""
        token_id, now = str(uuid6.uuid7()), datetime.now(UTC)
        expires = now + life
        row: Document = {
            "_id": token_id,
            "user": user,
            "operator": operator and scope is None,
            "created_at": now,
            "expires_at": expires,
        }
        if scope:
            named = {"name": scope.name, "collection": scope.collection, "role": scope.role.value}
            row["scope"] = named
        with outages():
            self._tokens.insert_one(row)
        return Issued(token_id, self._signed(token_id, user, expires), expires)

    def caller(self, token: str) -> Caller | None:
        """Who comes with this token; None when it is forged, expired or ended."""
        claims = self._claims(token)
        if claims is None:
            return None
        with outages():
            row = self._tokens.find_one({"_id": claims["jti"], "user": claims["sub"]})
        if row is None or row["expires_at"] <= datetime.now(UTC):
            return None
        return Caller(row["user"], row["operator"], row["_id"], _scope(row.get("scope")))

    def end(self, token_id: str) -> None:
        """The token is good for nothing any more; one that is not there is no error."""
        with outages():
            self._tokens.delete_one({"_id": token_id})

    def _signed(self, token_id: str, user: str, expires: datetime) -> str:
        key_id, secret = next(iter(self._keys.items()))
        claims = {"jti": token_id, "sub": user, "exp": expires}
        return jwt.encode(claims, secret, algorithm=_ALGORITHM, headers={"kid": key_id})

    def _claims(self, token: str) -> Mapping[str, Any] | None:
        try:
            secret = self._keys[jwt.get_unverified_header(token)["kid"]]
            return jwt.decode(
                token, secret, algorithms=[_ALGORITHM], options={"require": _REQUIRED}
            )
        except (jwt.InvalidTokenError, KeyError, TypeError):
            return None


def _scope(told: Mapping[str, str] | None) -> Scope | None:
    return Scope(told["name"], told["collection"], Role(told["role"])) if told else None
