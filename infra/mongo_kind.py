"""Keeps one kind of Mongo server from opening files that another kind has made."""

from infra.executables import mongo_server
from infra.layout import Stack


def require_same_kind(stack: Stack) -> None:
    """Raises SystemExit when the data in the stack's folder is another kind of server's."""
    server, note = mongo_server(), stack.folder / "run" / "mongo-kind"
    if server is None or stack.external_mongo:
        return
    made_by = note.read_text() if note.exists() else server.kind
    if made_by != server.kind:
        raise SystemExit(
            f"the data in {stack.folder / 'mongo'} is {made_by}'s, and {server.kind} can't read "
            "it: take that server back, or start in another folder and bring the data over"
        )
    note.write_text(server.kind)
