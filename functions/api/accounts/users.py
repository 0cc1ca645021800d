"""Users: names with a password and a role, operator or member.

A deleted user's row stays without its password: photos, labels and the audit log know people by
their names, so nobody else is ever given one.
"""

import re
from datetime import UTC, datetime
from typing import Final, Self

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.api.accounts.passwords import LONGEST, SHORTEST, fits, hashed
from functions.runtime.database import Document, outages

# No dots: a name is a key in a collection's `members`, where Mongo would read one as a path.
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{1,39}")

_RESERVED: Final = frozenset({"me"})
"""Means the caller in paths."""


class CannotBe(ValueError):
    """No user can have this name or password; the text is a sentence, `field` tells which."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NameTaken(ValueError):
    """Somebody has this name, or had it."""


class Users:
    """The users of this database. Every method raises Outage when Mongo can't be used.

    Names are taken whatever their case.
    """

    def __init__(self, users: Collection[Document]) -> None:
        self._users = users

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The users of this database."""
        return cls(database["users"])

    def get(self, name: str) -> Document | None:
        """The user of this name, or None."""
        found = self._row(name)
        return None if found is None or "deleted_at" in found else found

    def add(self, name: str, password: str, operator: bool = False) -> Document:
        """Make a user; raises CannotBe and NameTaken."""
        check_name(name)
        check_password(password)
        made = {
            "_id": name.lower(),
            "password": hashed(password),
            "operator": operator,
            "created_at": datetime.now(UTC),
        }
        try:
            with outages():
                self._users.insert_one(made)
        except DuplicateKeyError:
            raise NameTaken(f"The name {name!r} is taken.") from None
        return made

    def known(self, name: str, password: str) -> Document | None:
        """The user with this name and this password, None when there is none."""
        found = self.get(name)
        return found if fits(password, found["password"] if found else None) else None

    def unchanged(self, user: Document) -> bool:
        """Whether the user is still there, with the same password."""
        found = self.get(user["_id"])
        return found is not None and found["password"] == user["password"]

    def set_password(self, user: Document, password: str) -> bool:
        """Give a user another password; raises CannotBe.

        Returns False when somebody else changed or deleted the user meanwhile.
        """
        check_password(password)
        seen = {"_id": user["_id"], "password": user["password"]}
        with outages():
            done = self._users.update_one(seen, {"$set": {"password": hashed(password)}})
        return done.matched_count == 1

    def begin_deletion(self, name: str) -> Document | None:
        """The user, who can't sign in from now on; None when there never was one of that name."""
        with outages():
            self._users.update_one(
                {"_id": name.lower(), "deleted_at": {"$exists": False}},
                {"$set": {"deleted_at": datetime.now(UTC)}},
            )
        return self._row(name)

    def stop_deletion(self, name: str) -> None:
        """The user is one again, as long as the deletion was not ended."""
        with outages():
            self._users.update_one(
                {"_id": name, "password": {"$exists": True}}, {"$unset": {"deleted_at": ""}}
            )

    def end_deletion(self, name: str) -> None:
        """Only the name stays."""
        with outages():
            self._users.update_one({"_id": name}, {"$unset": {"password": ""}})

    def operators(self) -> list[str]:
        """The names of all operators."""
        with outages():
            found = list(self._users.find({"operator": True}))
        return [str(one["_id"]) for one in found if "deleted_at" not in one]

    def _row(self, name: str) -> Document | None:
        with outages():
            return self._users.find_one({"_id": name.lower()})


def check_name(name: str) -> None:
    """Raises CannotBe when nobody can be called so."""
    if not _NAME.fullmatch(name.lower()) or name.lower() in _RESERVED:
        raise CannotBe(
            "name",
            "A name has 2 to 40 letters (a-z), digits, hyphens and underscores, and is not `me`.",
        )


def check_password(password: str) -> None:
    """Raises CannotBe when the password is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise CannotBe("password", f"A password has {SHORTEST} to {LONGEST} characters.")
