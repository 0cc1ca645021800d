"""Changes over HTTP: as they happen, and in pages."""

from collections.abc import Callable
from typing import Final

from flask import Response, request

from functions.api.cursor import PageQuery
from functions.api.events.connection import Connection
from functions.api.events.hub import Ear
from functions.api.events.live import live
from functions.api.events.page import changes_page
from functions.api.events.schemas import ChangesPage
from functions.api.events.stream import Stream
from functions.api.parts import parts
from functions.api.refusals import NotSignedIn
from functions.api.signed_in import caller, signed_in, tokens
from functions.runtime.database import Document
from functions.runtime.faults import Outage

events = signed_in("events")

_ANSWER: Final[dict[int | str, dict[str, str | Document]]] = {
    200: {
        "description": "Events, for as long as you listen",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}
# A proxy that gathers answers would keep events back.
_HEADERS: Final = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}


@events.get("/events")
@events.doc(responses=_ANSWER)
def listen() -> Response:
    """Hear of changes in your collections as they happen.

    Server-sent events `photo`, `training`, `model` and `collection` with `{at, collection, photo or
    training, changed}`, where `changed` holds the new values of the fields that changed. Come again
    with the header `Last-Event-ID` to get what you missed, of the last 24 hours; if that is not
    known any more, one event `reset` says: read everything anew.
    """
    own, connection = live(), Connection(request.environ)
    ear = Ear(caller(), connection.cut)
    joined = own.hub.join(ear)
    stream = Stream(own.hub, own.journal, _may_stay(connection))
    text = stream.text(ear, request.headers.get("Last-Event-ID"), joined)
    answer = Response(text, mimetype="text/event-stream", headers=_HEADERS)
    answer.call_on_close(lambda: own.hub.leave(ear))
    return answer


@events.get("/collections/<collection>/changes")
@events.input(PageQuery, location="query")
@events.output(ChangesPage)
def read_changes(collection: str, query_data: PageQuery) -> Document:
    """What has changed in a collection in the last 24 hours, oldest first from the cursor."""
    parts().doors.collection(caller(), collection)
    return changes_page(live().journal, live().hub, collection, query_data)


def _may_stay(connection: Connection) -> Callable[[], bool]:
    token, known = request.authorization, tokens()

    def may_stay() -> bool:
        try:
            good = token is not None and known.caller(token.token or "") is not None
        except NotSignedIn:
            good = False
        except Outage:
            # Nobody can tell now; there is nothing to hear of either.
            good = True
        return good and connection.is_there()

    return may_stay
