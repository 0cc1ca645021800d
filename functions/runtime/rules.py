"""The rules of a delivery's row, as the updates that carry them out in one step inside Mongo.

A row is a level, not an edge: it says whether the object, *as it is now*, still has to be looked at.

    (no row) ──asked──> waiting ──claimed──> running ──settled──> done | parked
                           ^                    │
                           └── asked again, failed, lease ran out ──┘

`content` is what the row has finished with: an etag, or "gone". `pending` are the contents it was
asked about since it last looked. Times are the server's ($$NOW), so no worker's clock matters.
"""

from datetime import datetime
from typing import Any, Final

from functions.runtime.database import Document

LOOK_AGAIN: Final = "?"
"""Asked about a content nobody knows: always news."""

HISTORY: Final = 20
KEPT_DAYS: Final = 30
SCHEMA: Final = 1

_COUNTERS: Final = {"failures": 0, "deaths": 0, "deaths_alone": 0, "tries": 0}
_REMOVED: Final = "$$REMOVE"


def asked(bucket: str, key: str, content: str, at: datetime) -> list[Document]:
    """An event, a commit or the reconciler asks for a look at an object that is now `content`.

    A row that is done or parked with this very content stays so; any other becomes due, and a
    running one will run again.
    """
    value = {"$literal": content}
    known: Document = {
        "$cond": [
            {"$eq": ["$state", "running"]},
            {"$in": [value, "$pending"]},
            {"$in": [value, {"$concatArrays": ["$pending", ["$content"]]}]},
        ]
    }
    opens: Document = {"$and": ["$news", {"$ne": ["$state", "running"]}]}
    heard = {"at": at, "content": value, "news": "$news"}
    return [
        {
            "$set": {
                "bucket": {"$literal": bucket},
                "key": {"$literal": key},
                "schema": SCHEMA,
                "state": {"$ifNull": ["$state", "new"]},
                "content": {"$ifNull": ["$content", None]},
                "pending": {"$ifNull": ["$pending", []]},
                **{name: {"$ifNull": [f"${name}", 0]} for name in _COUNTERS},
            }
        },
        {"$set": {"news": {"$not": [known]}}},
        {"$set": {"opens": opens, "events": _kept("events", heard)}},
        {
            "$set": {
                "pending": _when("$news", {"$setUnion": ["$pending", [value]]}, "$pending"),
                "state": _when("$opens", "waiting", "$state"),
                "due": _when("$opens", "$$NOW", "$due"),
                "opened_at": _when("$opens", "$$NOW", "$opened_at"),
                "event_at": _when("$opens", at, "$event_at"),
                **{name: _when("$opens", 0, f"${name}") for name in _COUNTERS},
                **{name: _when("$opens", _REMOVED, f"${name}") for name in _VERDICT},
            }
        },
        {"$unset": ["news", "opens"]},
    ]


_VERDICT: Final = ("code", "reason", "traceback", "expires_at")


def claimable(row_id: str, alone: bool) -> Document:
    """The row, if it is due; one whose process died is only claimable alone."""
    state: Any = {"$in": ["waiting", "running"]} if alone else "waiting"
    rule: Document = {"_id": row_id, "state": state, "$expr": {"$lte": ["$due", "$$NOW"]}}
    return rule if alone else {**rule, "deaths": 0}


def claimed(lease_seconds: float, alone: bool) -> list[Document]:
    """A worker takes a due row, with a token larger than any before it.

    A row found running had its lease run out: its process died, which is counted.
    """
    died: Document = {"$eq": ["$state", "running"]}
    death = {"at": "$claimed_at", "ended": "$$NOW", "outcome": "died"}
    one_more = {"$add": ["$deaths_alone", 1]}
    return [
        {
            "$set": {
                "deaths": _when(died, {"$add": ["$deaths", 1]}, "$deaths"),
                "deaths_alone": _when(
                    died, _when("$alone", one_more, 0), "$deaths_alone"
                ),
                "attempts": _when(died, _kept("attempts", death), "$attempts"),
            }
        },
        {
            "$set": {
                "state": "running",
                "alone": alone,
                "pending": [],
                "claimed_at": "$$NOW",
                "due": _later(lease_seconds),
                # Fencing by time: larger than the last token, and also than that of a row that
                # was forgotten after its 30 days.
                "token": {"$max": [{"$add": [{"$ifNull": ["$token", 0]}, 1]}, {"$toLong": "$$NOW"}]},
            }
        },
    ]


def settled(
    worked: str | None, state: str, outcome: Document, delay_seconds: float, counters: Document
) -> list[Document]:
    """A worker that owns the row says how it went with the content it `worked` on.

    `state` is done, parked or waiting (again after `delay_seconds`, with `counters` raised). When
    the row was asked about any other content meanwhile, it is due at once instead.
    """
    value = {"$literal": worked}
    again: Document = {"$ne": [{"$setDifference": ["$pending", [value]]}, []]}
    due: Any = _later(delay_seconds) if state == "waiting" else _REMOVED
    expires: Any = _later(KEPT_DAYS * 86400) if state == "done" else _REMOVED
    attempt = {"at": "$claimed_at", "ended": "$$NOW", **outcome}
    verdict = {name: outcome.get(name, _REMOVED) for name in ("code", "reason", "traceback")}
    raised: Document = {name: {"$add": [f"${name}", by]} for name, by in counters.items()}
    return [
        {"$set": {"again": again, "attempts": _kept("attempts", attempt)}},
        {
            "$set": {
                "content": value if worked is not None else "$content",
                "state": _when("$again", "waiting", state),
                "due": _when("$again", "$$NOW", due),
                "expires_at": _when("$again", _REMOVED, expires),
                **{name: _when("$again", _REMOVED, value) for name, value in verdict.items()},
                **{
                    name: _when("$again", 0, raised.get(name, f"${name}")) for name in _COUNTERS
                },
            }
        },
        {"$unset": ["again"]},
    ]


def replayed() -> list[Document]:
    """A person asks for a parked row to be tried again, with all counters at zero."""
    return [
        {
            "$set": {
                "state": "waiting",
                "due": "$$NOW",
                "opened_at": "$$NOW",
                "event_at": "$$NOW",
                **_COUNTERS,
            }
        },
        {"$unset": list(_VERDICT)},
    ]


def _when(condition: Any, then: Any, otherwise: Any) -> Document:
    return {"$cond": [condition, then, otherwise]}


def _later(seconds: float) -> Document:
    amount = int(seconds * 1000)
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": amount}}


def _kept(name: str, entry: Document) -> Document:
    old = {"$ifNull": [f"${name}", []]}
    return {"$slice": [{"$concatArrays": [old, [entry]]}, -HISTORY]}
