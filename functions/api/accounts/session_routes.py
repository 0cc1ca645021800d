"""Sessions over HTTP: signing in and signing out."""

from apiflask import APIBlueprint

from functions.api.accounts import entering
from functions.api.accounts.schemas import Credentials, Session
from functions.api.accounts.users import Users
from functions.api.parts import parts
from functions.api.signed_in import address, caller, signed_in, tokens

entrance = APIBlueprint("entrance", __name__, tag="sessions")
sessions = signed_in("sessions")


@entrance.post("/sessions")
@entrance.input(Credentials)
@entrance.output(Session, 201)
def sign_in(json_data: Credentials) -> dict[str, object]:
    """Sign in with name and password; the token goes into `Authorization: Bearer`."""
    own, where = parts(), address()
    users, password = Users.of(own.database), json_data.password.get_secret_value()
    user = entering.known(users, tokens(), json_data.name, password, where)
    issued = entering.sign_in(users, tokens(), user, own.settings.session_hours, where)
    return {"token": issued.token, "expires": issued.expires}


@sessions.delete("/sessions/current")
@sessions.output({}, 204)
def sign_out() -> str:
    """Sign out: the token of this very request is good for nothing any more."""
    tokens().end(caller().token)
    return ""
