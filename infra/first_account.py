"""The first user, an operator, so that somebody can sign in and let others in."""

from collections.abc import Callable

from pymongo import MongoClient

from functions.api.accounts.users import NameTaken, Users
from functions.runtime.database import Document
from infra.layout import Stack
from infra.wiring import DATABASE


def make_first_account(stack: Stack, say: Callable[[str], None]) -> None:
    """Make the user `ADMIN_USER` of the stack's secrets unless one of that name is or was there."""
    name = stack.secrets["ADMIN_USER"]
    with MongoClient[Document](stack.mongo_uri(), tz_aware=True) as client:
        users = Users.of(client[DATABASE])
        if users.get(name) is None:
            try:
                users.add(name, stack.secrets["ADMIN_PASSWORD"], operator=True)
            except NameTaken:
                # Somebody deleted them, and known passwords must not come back.
                return
            file = stack.folder / "secrets.env"
            say(f"made the user {name}; its password is ADMIN_PASSWORD in {file}")
