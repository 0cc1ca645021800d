"""What operators read of deliveries: a page of them, and each function's in numbers."""

from datetime import UTC, datetime
from typing import Final

from functions.api.cursor import Cursor
from functions.api.operating.deliveries import Deliveries
from functions.api.operating.schemas import DeliveriesQuery
from functions.api.operating.shown import delivery_told
from functions.api.operating.wanted import Wanted
from functions.api.refusals import Wrong
from functions.runtime.database import Document

_ROW: Final = Cursor(tuple[str, str])


def deliveries_page(deliveries: Deliveries, query: DeliveriesQuery) -> Document:
    """The deliveries that fit as `DeliveriesPage` has them. Raises Wrong and Outage."""
    if query.state == "done" and query.collection is None:
        raise Wrong("/collection", "Name the collection whose finished deliveries you mean.")
    check_known(deliveries, query.function)
    codes = None if query.code is None else [query.code]
    wanted = Wanted(query.state, query.function, query.collection, codes)
    rows = deliveries.find(wanted, query.limit + 1, _ROW.read(query.cursor))
    page = rows[: query.limit]
    last = page[-1] if len(rows) > len(page) else None
    return {
        "items": [delivery_told(row["function"], row) for row in page],
        "next": _ROW.after((last["function"], last["_id"])) if last else None,
    }


def check_known(deliveries: Deliveries, function: str | None) -> None:
    """Raises Wrong when a function is named that there is not."""
    known = deliveries.listens_to
    if function is not None and function not in known:
        raise Wrong("/function", f"There is no such function, only {', '.join(known)}.")


def function_told(deliveries: Deliveries, name: str) -> Document:
    """A function's deliveries in numbers as `FunctionTold` has them. Raises Outage."""
    counts, oldest = deliveries.inbox(name).open_rows()
    age = (datetime.now(UTC) - oldest).total_seconds() if oldest else None
    return {
        "function": name,
        "listens_to": deliveries.listens_to[name],
        **counts,
        "failed": deliveries.parked(name).our_faults(),
        "oldest_seconds": None if age is None else max(0.0, age),
    }
