"""Sessions over HTTP: signing in and signing out."""

from datetime import timedelta

from apiflask import APIBlueprint

from functions.api.accounts.schemas import Credentials, Session
from functions.api.accounts.users import Users
from functions.api.parts import parts
from functions.api.refusals import NotSignedIn
from functions.api.signed_in import caller, signed_in, tokens

entrance = APIBlueprint("entrance", __name__, tag="sessions")
sessions = signed_in("sessions")


@entrance.post("/sessions")
@entrance.input(Credentials)
@entrance.output(Session, 201)
def sign_in(json_data: Credentials) -> dict[str, object]:
    """Sign in with name and password; the token goes into `Authorization: Bearer`."""
    own = parts()
    user = Users.of(own.database).known(json_data.name, json_data.password)
    if user is None:
        raise NotSignedIn("wrong-credentials", "Name or password is wrong.")
    life = timedelta(hours=own.settings.session_hours)
    issued = tokens().issue(user["_id"], user["operator"], life)
    return {"token": issued.token, "expires": issued.expires}


@sessions.delete("/sessions/current")
@sessions.output({}, 204)
def sign_out() -> str:
    """Sign out: the token of this very request is good for nothing any more."""
    tokens().end(caller().token)
    return ""
