"""A page of a collection's journal, for an app that was asleep."""

from datetime import UTC, datetime
from itertools import islice

from functions.api.cursor import PageQuery
from functions.api.events.change import Change, Kind
from functions.api.events.hub import Hub
from functions.api.events.journal import Journal
from functions.api.events.moment import KEPT, id_at, is_id, is_kept
from functions.api.refusals import NotReady, Wrong
from functions.runtime.database import Document


def changes_page(journal: Journal, hub: Hub, collection: str, query: PageQuery) -> Document:
    """The changes after the cursor as `ChangesPage` has them.

    Raises Wrong for a cursor that is none, NotReady while changes can't be followed, and Outage.
    """
    now, upto, quiet = datetime.now(UTC), hub.last, hub.quiet
    if query.cursor is not None and not is_id(query.cursor):
        raise Wrong("/cursor", "This cursor is not one of this list's.")
    if upto is None:
        raise NotReady("not-ready", "Changes are not followed yet. Try again soon.", 2)
    if query.cursor is not None and not is_kept(query.cursor, now):
        return {"items": [], "next": None, "resume": max(upto, quiet), "reset": True}
    after = query.cursor or id_at(now - KEPT)
    found = list(islice(journal.between([collection], after, upto), query.limit + 1))
    page, more = found[: query.limit], len(found) > query.limit
    return {
        "items": [_told(change) for change in page if change.kind is not Kind.RESET],
        "next": page[-1].id if more else None,
        "resume": page[-1].id if more else max(after, upto, quiet),
        "reset": query.cursor is not None and any(one.kind is Kind.RESET for one in page),
    }


def _told(change: Change) -> Document:
    return {
        "id": change.id,
        "event": change.kind.value,
        "at": change.at,
        "collection": change.collection,
        "photo": change.about if change.kind is Kind.PHOTO else None,
        "training": change.about if change.kind is Kind.TRAINING else None,
        "changed": change.changed,
    }
