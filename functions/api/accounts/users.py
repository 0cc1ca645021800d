"""Users: names with a password and a role, operator or member."""

import re
from datetime import UTC, datetime
from typing import Final, Self

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.api.accounts.passwords import LONGEST, SHORTEST, fits, hashed
from functions.runtime.database import Document, outages

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class CannotBe(ValueError):
    """No user can have this name or password; the text is a sentence, `field` tells which."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NameTaken(ValueError):
    """Somebody has this name."""


class Users:
    """The users of this database. Every method raises Outage when Mongo can't be used."""

    def __init__(self, users: Collection[Document]) -> None:
        self._users = users

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The users of this database."""
        return cls(database["users"])

    def get(self, name: str) -> Document | None:
        """The user of this name, whatever its case, or None."""
        with outages():
            return self._users.find_one({"_id": name.lower()})

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
            raise NameTaken(f"Somebody is called {name!r} already.") from None
        return made

    def known(self, name: str, password: str) -> Document | None:
        """The user with this name and this password, None when there is none."""
        found = self.get(name)
        return found if fits(password, found["password"] if found else None) else None


def check_name(name: str) -> None:
    """Raises CannotBe when nobody can be called so."""
    if not _NAME.fullmatch(name.lower()):
        raise CannotBe(
            "name", "A name has 2 to 40 letters (a-z), digits, dots, hyphens and underscores."
        )


def check_password(password: str) -> None:
    """Raises CannotBe when the password is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise CannotBe("password", f"A password has {SHORTEST} to {LONGEST} characters.")
