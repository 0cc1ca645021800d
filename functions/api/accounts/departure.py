"""A user goes: tokens and memberships end, the name stays taken, and nothing is left ownerless."""

from functions.api.accounts.members import Members
from functions.api.accounts.tokens import Tokens
from functions.api.accounts.users import Users
from functions.api.refusals import Conflict, NotFound
from functions.runtime.database import Document


def depart(users: Users, tokens: Tokens, members: Members, name: str) -> None:
    """Delete the user of this name; again after a success, it changes nothing.

    Raises NotFound, and Conflict `last-operator` or `owns-collections`: the user stays; and Outage.
    """
    user = users.begin_deletion(name)
    if user is None:
        raise NotFound("There is no such user.")
    try:
        _check_operators(users, user)
        members.leave_all(user["_id"])
        tokens.end_all(user["_id"])
        # Again for what was on its way when the tokens ended.
        members.leave_all(user["_id"])
    except Conflict:
        users.stop_deletion(user["_id"])
        raise
    users.end_deletion(user["_id"])


def _check_operators(users: Users, user: Document) -> None:
    # After the mark: of two who delete each other both see nobody left, and both stay.
    if user["operator"] and not users.operators():
        raise Conflict("last-operator", "Somebody has to operate this: this is the last operator.")
