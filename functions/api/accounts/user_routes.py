"""Users over HTTP: made, asked who they are, given other passwords, deleted."""

from apiflask import APIBlueprint

from functions.api.accounts import entering
from functions.api.accounts.departure import depart
from functions.api.accounts.members import Members
from functions.api.accounts.schemas import ChangedPassword, NewPassword, NewUser, UserTold
from functions.api.accounts.users import Users
from functions.api.parts import parts
from functions.api.refusals import NotFound, Wrong
from functions.api.signed_in import address, caller, caller_if_any, signed_in, tokens
from functions.runtime.database import Document

sign_up = APIBlueprint("sign-up", __name__, tag="users")
users = signed_in("users")


@sign_up.post("/users")
@sign_up.input(NewUser)
@sign_up.output(UserTold, 201)
def add_user(json_data: NewUser) -> dict[str, object]:
    """Make a user: oneself where sign-up is open, anybody for an operator's token."""
    own, who = parts(), caller_if_any()
    asked = entering.check_may_add(who, own.settings.signup, json_data.role)
    name, password = json_data.name, json_data.password.get_secret_value()
    counted_at = None if asked else address()
    operator = json_data.role == "operator"
    made = entering.add(_users(), name, password, operator, counted_at)
    own.audit.note(who.by if who else made["_id"], "user.add", user=made["_id"], role=_role(made))
    return _told(made)


@users.get("/users/me")
@users.output(UserTold)
def read_me() -> dict[str, object]:
    """Who the token speaks for; a named token is never an operator's."""
    found = _users().get(caller().name)
    if found is None:
        raise NotFound
    return {**_told(found), "role": "operator" if caller().operator else "member"}


@users.put("/users/me/password")
@users.input(ChangedPassword)
@users.output({}, 204)
def change_own_password(json_data: ChangedPassword) -> str:
    """Change one's password; one's other sessions end, named tokens and this session go on."""
    me = parts().doors.person(caller())
    old, new = json_data.old.get_secret_value(), json_data.new.get_secret_value()
    user = entering.known(_users(), tokens(), me.name, old, address())
    if user is None or not entering.change_password(_users(), user, new):
        raise Wrong("/old", "This is not your password.", "wrong-password")
    tokens().end_sessions(me.name, but=me.token)
    parts().audit.note(me.by, "user.password", user=me.name)
    return ""


@users.put("/users/<name>/password")
@users.input(NewPassword)
@users.output({}, 204)
def set_password(name: str, json_data: NewPassword) -> str:
    """Give somebody another password (operators); all their tokens end, named ones too."""
    parts().doors.operator(caller())
    user = _users().get(name)
    new = json_data.new.get_secret_value()
    if user is None or not entering.change_password(_users(), user, new):
        raise NotFound("There is no such user.")
    tokens().end_all(user["_id"])
    parts().audit.note(caller().by, "user.password", user=user["_id"])
    return ""


@users.delete("/users/<name>")
@users.output({}, 204)
def delete_user(name: str) -> str:
    """Delete a user (operators): tokens and memberships end, photos and the name stay."""
    parts().doors.operator(caller())
    depart(_users(), tokens(), Members.of(parts().database), name)
    parts().audit.note(caller().by, "user.delete", user=name.lower())
    return ""


def _users() -> Users:
    return Users.of(parts().database)


def _told(user: Document) -> dict[str, object]:
    return {"name": user["_id"], "role": _role(user), "created_at": user["created_at"]}


def _role(user: Document) -> str:
    return "operator" if user["operator"] else "member"
