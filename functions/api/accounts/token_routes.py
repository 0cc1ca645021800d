"""Named tokens over HTTP: for cameras and backends, good for one collection and role."""

from functions.api.accounts.naming import token_name, until
from functions.api.accounts.schemas import NewToken, TokenShownOnce, TokensTold
from functions.api.caller import Scope
from functions.api.cursor import Cursor, PageQuery
from functions.api.parts import parts
from functions.api.refusals import NotFound, NotSignedIn
from functions.api.signed_in import caller, signed_in
from functions.api.signed_in import tokens as rows
from functions.runtime.database import Document

tokens = signed_in("tokens")

_CURSOR = Cursor(tuple[str])


@tokens.get("/tokens")
@tokens.input(PageQuery, location="query")
@tokens.output(TokensTold)
def list_tokens(query_data: PageQuery) -> dict[str, object]:
    """One's own named tokens, newest first; never the tokens themselves."""
    me = parts().doors.person(caller())
    last = _CURSOR.read(query_data.cursor)
    found = rows().named(me.name, last[0] if last else None, query_data.limit + 1)
    page = found[: query_data.limit]
    more = _CURSOR.after((page[-1]["_id"],)) if len(found) > len(page) else None
    return {"items": [_told(row) for row in page], "next": more}


@tokens.post("/tokens")
@tokens.input(NewToken)
@tokens.output(TokenShownOnce, 201)
def add_token(json_data: NewToken) -> dict[str, object]:
    """Make a named token for a collection, with at most one's own role; it is shown only here."""
    me, wanted = parts().doors.person(caller()), json_data
    parts().doors.collection(me, wanted.collection, wanted.role)
    scope = Scope(token_name(wanted.name), wanted.collection, wanted.role)
    issued, row = rows().issue_named(me.name, until(wanted.expires), scope)
    if not rows().good(me.token):
        # Somebody ended all of the user's tokens meanwhile: this one is one of them.
        rows().end(issued.id)
        raise NotSignedIn("not-signed-in", "This token is not good any more: sign in again.")
    parts().audit.note(me.by, "token.add", token=scope.name, collection=scope.collection)
    return {**_told(row), "token": issued.token}


@tokens.delete("/tokens/<token>")
@tokens.output({}, 204)
def delete_token(token: str) -> str:
    """End one of one's own named tokens, by its id."""
    me = parts().doors.person(caller())
    ended = rows().end_named(me.name, token)
    if ended is None:
        raise NotFound("You have no such token.")
    told = _told(ended)
    parts().audit.note(me.by, "token.delete", token=told["name"], collection=told["collection"])
    return ""


def _told(row: Document) -> dict[str, object]:
    times = {"created_at": row["created_at"], "expires": row["expires_at"]}
    return {"id": row["_id"], **row["scope"], **times}
