"""Deliveries, functions and the audit log over HTTP, for operators."""

from datetime import UTC, datetime
from typing import Final

from functions.api.cursor import Cursor
from functions.api.operating.audit_log import audit_page
from functions.api.operating.deliveries import Deliveries
from functions.api.operating.replaying import replay_one, wanted_by
from functions.api.operating.schemas import (
    AuditPage,
    AuditQuery,
    DeliveriesPage,
    DeliveriesQuery,
    Functions,
    Replayed,
    ReplayGiven,
)
from functions.api.operating.shown import delivery_told
from functions.api.operating.wanted import Wanted
from functions.api.parts import parts
from functions.api.refusals import Wrong
from functions.api.signed_in import caller, signed_in
from functions.runtime.database import Document

operating = signed_in("operating")

_ROW: Final = Cursor(tuple[str, str])


@operating.get("/deliveries")
@operating.input(DeliveriesQuery, location="query")
@operating.output(DeliveriesPage)
def list_deliveries(query_data: DeliveriesQuery) -> Document:
    """What each function owes each object; without a state all that is not done (operators).

    Those that are done are told of one collection at a time.
    """
    parts().doors.operator(caller())
    if query_data.state == "done" and query_data.collection is None:
        raise Wrong("/collection", "Name the collection whose finished deliveries you mean.")
    wanted = Wanted(
        state=query_data.state,
        function=_known(query_data.function),
        collection=query_data.collection,
        codes=None if query_data.reason is None else [query_data.reason],
    )
    limit, after = query_data.limit, _ROW.read(query_data.cursor)
    rows = _deliveries().find(wanted, limit + 1, after)
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    return {
        "items": [delivery_told(row["function"], row) for row in page],
        "next": _ROW.after((last["function"], last["_id"])) if last else None,
    }


@operating.post("/deliveries/<delivery>/replay")
@operating.output(Replayed, 202)
def replay_delivery(delivery: str) -> dict[str, int]:
    """Try a parked delivery again (operators; editors for a failed photo of their collection)."""
    told = replay_one(parts().doors, _deliveries(), caller(), delivery)
    parts().audit.note(caller().by, "delivery.replay", **told)
    return {"replayed": 1}


@operating.post("/deliveries/replay")
@operating.input(ReplayGiven)
@operating.output(Replayed, 202)
def replay_deliveries(json_data: ReplayGiven) -> dict[str, int]:
    """Try parked deliveries again (operators; editors for a collection or photo that failed)."""
    wanted = wanted_by(parts().doors, parts().database, caller(), json_data)
    _known(json_data.function)
    count = _deliveries().replay_all(wanted)
    filters = json_data.model_dump(exclude_none=True, exclude={"state"})
    parts().audit.note(caller().by, "delivery.replay", **filters, replayed=count)
    return {"replayed": count}


@operating.get("/functions")
@operating.output(Functions)
def list_functions() -> dict[str, list[Document]]:
    """What each function has to do, and what it could not do (operators)."""
    parts().doors.operator(caller())
    return {"items": [_function(name) for name in parts().settings.listens_to]}


@operating.get("/audit")
@operating.input(AuditQuery, location="query")
@operating.output(AuditPage)
def read_audit(query_data: AuditQuery) -> Document:
    """What people did (operators)."""
    parts().doors.operator(caller())
    return audit_page(parts().database, query_data)


def _deliveries() -> Deliveries:
    return Deliveries(parts().database, parts().settings.listens_to)


def _known(function: str | None) -> str | None:
    known = parts().settings.listens_to
    if function is not None and function not in known:
        raise Wrong("/function", f"There is no such function, only {', '.join(known)}.")
    return function


def _function(name: str) -> Document:
    deliveries = _deliveries()
    counts, oldest = deliveries.inbox(name).open_rows()
    age = (datetime.now(UTC) - oldest).total_seconds() if oldest else None
    return {
        "function": name,
        "listens_to": deliveries.listens_to[name],
        **counts,
        "failed": deliveries.parked(name).our_faults(),
        "oldest_seconds": None if age is None else max(0.0, age),
    }
