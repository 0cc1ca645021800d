"""Reads the audit log: who did what, newest first."""

from typing import Final

from pymongo.database import Database

from functions.api.newest import FIRST, LAST, id_at, newest
from functions.api.operating.schemas import AuditQuery
from functions.runtime.database import Document

_NAMED: Final = ("at", "by", "action", "collection", "photo")


def audit_page(database: Database[Document], query: AuditQuery) -> Document:
    """The lines that fit as `AuditPage` has them. Raises Wrong and Outage."""
    rule = query.model_dump(include={"by", "action", "collection"}, exclude_none=True)
    first = id_at(query.since) if query.since else FIRST
    last = id_at(query.until) if query.until else LAST
    page = newest(database["audit"], rule, query, first, last)
    return {"items": [_told(line) for line in page.rows], "next": page.next}


def _told(line: Document) -> Document:
    further = {name: value for name, value in line.items() if name not in ("_id", *_NAMED)}
    return {"id": line["_id"], **{name: line.get(name) for name in _NAMED}, "told": further}
