"""Deliveries, functions and the audit log over HTTP, for operators."""

from functions.api.operating.audit_log import audit_page
from functions.api.operating.deliveries import Deliveries
from functions.api.operating.pages import check_known, deliveries_page, function_told
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
from functions.api.parts import parts
from functions.api.signed_in import caller, signed_in
from functions.runtime.database import Document

operating = signed_in("operating")


@operating.get("/deliveries")
@operating.input(DeliveriesQuery, location="query")
@operating.output(DeliveriesPage)
def list_deliveries(query_data: DeliveriesQuery) -> Document:
    """What each function owes each object; without a state all that is not done (operators).

    Those that are done are told of one collection at a time.
    """
    parts().doors.operator(caller())
    return deliveries_page(_deliveries(), query_data)


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
    deliveries = _deliveries()
    check_known(deliveries, json_data.function)
    count = deliveries.replay_all(wanted)
    filters = json_data.model_dump(exclude_none=True, exclude={"state"})
    parts().audit.note(caller().by, "delivery.replay", **filters, replayed=count)
    return {"replayed": count}


@operating.get("/functions")
@operating.output(Functions)
def list_functions() -> dict[str, list[Document]]:
    """What each function has to do, and what it could not do (operators)."""
    parts().doors.operator(caller())
    deliveries = _deliveries()
    return {"items": [function_told(deliveries, name) for name in deliveries.listens_to]}


@operating.get("/audit")
@operating.input(AuditQuery, location="query")
@operating.output(AuditPage)
def read_audit(query_data: AuditQuery) -> Document:
    """What people did (operators)."""
    parts().doors.operator(caller())
    return audit_page(parts().database, query_data)


def _deliveries() -> Deliveries:
    return Deliveries(parts().database, parts().settings.listens_to)
