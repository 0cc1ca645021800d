"""Members of a collection over HTTP: owners let others in and out, everyone may leave."""

from functools import partial

from functions.api.accounts.attempts import attempts, of_looking
from functions.api.accounts.members import Members
from functions.api.accounts.schemas import MemberGiven, MemberTold
from functions.api.accounts.users import Users
from functions.api.caller import Role
from functions.api.parts import parts
from functions.api.refusals import NotFound
from functions.api.signed_in import caller, signed_in, tokens

members = signed_in("members")


@members.put("/collections/<collection>/members/<name>")
@members.input(MemberGiven)
@members.output(MemberTold)
def set_member(collection: str, name: str, json_data: MemberGiven) -> dict[str, object]:
    """Let a user in, or change what a member may do (owners)."""
    me = parts().doors.person(caller())
    look = partial(parts().doors.collection, me, collection, Role.OWNER)
    look()  # Only an owner may learn that there is somebody of a name.
    users = Users.of(parts().database)
    user = attempts().tried(of_looking(me.name), lambda: users.get(name))
    if user is None:
        raise NotFound("There is no such user.")
    Members.of(parts().database).admit(look, users, user["_id"], json_data.role)
    told = {"collection": collection, "user": user["_id"], "role": json_data.role.value}
    parts().audit.note(me.by, "member.set", **told)
    return {"name": user["_id"], "role": json_data.role}


@members.delete("/collections/<collection>/members/<name>")
@members.output({}, 204)
def delete_member(collection: str, name: str) -> str:
    """Take a member out (owners), or leave; their named tokens for the collection end."""
    me, who = parts().doors.person(caller()), name.lower()
    least = Role.VIEWER if who == me.name else Role.OWNER
    look = partial(parts().doors.collection, me, collection, least)
    was_one = Members.of(parts().database).change(look, who, None)
    # Also of one who is none any more: whoever is killed here asks again.
    tokens().end_all(who, collection)
    if not was_one:
        raise NotFound("There is no such member.")
    parts().audit.note(me.by, "member.delete", collection=collection, user=who)
    return ""
