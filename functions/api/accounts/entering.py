"""Signing in and signing up: who comes in, and how often they may try."""

from datetime import timedelta
from typing import Literal

from functions.api.accounts.attempts import attempts, of_password, of_signing_up
from functions.api.accounts.tokens import Issued, Tokens
from functions.api.accounts.users import CannotBe, NameTaken, Users
from functions.api.caller import Caller
from functions.api.refusals import Conflict, Forbidden, NotSignedIn, Wrong
from functions.runtime.database import Document


def known(users: Users, tokens: Tokens, name: str, password: str, address: str) -> Document | None:
    """The user with this name and password, None when there is none; raises TooMany, Outage."""
    counts = of_password(name, address, tokens.signed_in_at(name, address))
    return attempts().tried(counts, lambda: users.known(name, password))


def sign_in(
    users: Users, tokens: Tokens, user: Document | None, hours: float, address: str
) -> Issued:
    """A session for a user who gave the right password; raises NotSignedIn, Outage."""
    if user is not None:
        issued = tokens.issue(user["_id"], user["operator"], timedelta(hours=hours), address)
        if users.unchanged(user):
            return issued
        # Deleted or given another password since we looked: sessions were ended, but not this one.
        tokens.end(issued.id)
    raise NotSignedIn("wrong-credentials", "Name or password is wrong.")


def check_may_add(who: Caller | None, signup: Literal["open", "closed"], role: str) -> bool:
    """True when an operator in person asks, for whom nothing is counted.

    Raises Forbidden when who asks may not make a user with this role.
    """
    if who is not None and who.operates:
        return True
    if signup == "closed":
        raise Forbidden("Sign-up is closed: ask an operator for an account.", "sign-up-closed")
    if role != "member":
        raise Forbidden("Only an operator can make another.")
    return False


def add(users: Users, name: str, password: str, operator: bool, counted_at: str | None) -> Document:
    """A new user, counted at an address unless an operator asks.

    Raises TooMany, Wrong, and Conflict `name-taken` also for names of deleted users, Outage.
    """
    if counted_at is not None:
        attempts().take(of_signing_up(counted_at))
    try:
        return users.add(name, password, operator)
    except CannotBe as wrong:
        raise Wrong(f"/{wrong.field}", str(wrong)) from None
    except NameTaken as taken:
        raise Conflict("name-taken", str(taken)) from None


def change_password(users: Users, user: Document, password: str) -> bool:
    """As Users.set_password; a password that can't be is Wrong, told of the field `new`."""
    try:
        return users.set_password(user, password)
    except CannotBe as wrong:
        raise Wrong("/new", str(wrong)) from None
