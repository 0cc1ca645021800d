"""The rules of a delivery's row, as the updates that carry them out in one step inside Mongo.

A row is a level, not an edge: it says whether the object, as it is now, has to be looked at.

    (no row) ──asked──> waiting ──claimed──> running ──settled──> done | parked
                           ^                    │
                           └── asked again, failed, lease ran out ──┘

`content` is what the row has finished with: an etag, or "gone". `pending` are the contents it was
asked about since it last looked. Times are the server's ($$NOW), so no worker's clock matters.
"""

from datetime import datetime
from typing import Any, Final

from functions.runtime.database import Document
from functions.runtime.expressions import REMOVED, kept, later, one_more, when

LOOK_AGAIN: Final = "?"
"""Asked about a content nobody knows: always news."""

HISTORY: Final = 20
KEPT_DAYS: Final = 30
SCHEMA: Final = 1

_COUNTERS: Final = {"failures": 0, "deaths": 0, "deaths_alone": 0, "tries": 0}


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
        {"$set": _whole(bucket, key)},
        {"$set": {"news": {"$not": [known]}}},
        {"$set": {"opens": opens, "events": kept("events", heard, HISTORY)}},
        {"$set": _reopened(value, at)},
        {"$unset": ["news", "opens"]},
    ]


def _whole(bucket: str, key: str) -> Document:
    """The fields that every row has, also one that the update is about to make."""
    return {
        "bucket": {"$literal": bucket},
        "key": {"$literal": key},
        "schema": SCHEMA,
        "state": {"$ifNull": ["$state", "new"]},
        "content": {"$ifNull": ["$content", None]},
        "pending": {"$ifNull": ["$pending", []]},
        **{name: {"$ifNull": [f"${name}", 0]} for name in _COUNTERS},
    }


_VERDICT: Final = ("code", "reason", "traceback", "expires_at")


def _reopened(value: Document, at: datetime) -> Document:
    """The fields of a row that has news of the content `value`, and those of one it opens."""
    return {
        "pending": when("$news", {"$setUnion": ["$pending", [value]]}, "$pending"),
        "state": when("$opens", "waiting", "$state"),
        "due": when("$opens", "$$NOW", "$due"),
        "opened_at": when("$opens", "$$NOW", "$opened_at"),
        "event_at": when("$opens", at, "$event_at"),
        **{name: when("$opens", 0, f"${name}") for name in _COUNTERS},
        **{name: when("$opens", REMOVED, f"${name}") for name in _VERDICT},
    }


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
    alone_again = when("$alone", one_more("$deaths_alone"), 0)
    death = {"at": "$claimed_at", "ended": "$$NOW", "outcome": "died"}
    return [
        {
            "$set": {
                "deaths": when(died, one_more("$deaths"), "$deaths"),
                "deaths_alone": when(died, alone_again, "$deaths_alone"),
                "attempts": when(died, kept("attempts", death, HISTORY), "$attempts"),
            }
        },
        {
            "$set": {
                "state": "running",
                "alone": alone,
                "pending": [],
                "claimed_at": "$$NOW",
                "due": later(lease_seconds),
                # Fencing by time: larger than the last token, and also than that of a row that
                # was forgotten after its 30 days.
                "token": {"$max": [one_more("$token"), {"$toLong": "$$NOW"}]},
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
    due: Any = later(delay_seconds) if state == "waiting" else REMOVED
    expires: Any = later(KEPT_DAYS * 86400) if state == "done" else REMOVED
    attempt = {"at": "$claimed_at", "ended": "$$NOW", **outcome}
    verdict = {name: outcome.get(name, REMOVED) for name in ("code", "reason", "traceback")}
    raised: Document = {name: {"$add": [f"${name}", by]} for name, by in counters.items()}
    return [
        {"$set": {"again": again, "attempts": kept("attempts", attempt, HISTORY)}},
        {
            "$set": {
                "content": value if worked is not None else "$content",
                "state": when("$again", "waiting", state),
                "due": when("$again", "$$NOW", due),
                "expires_at": when("$again", REMOVED, expires),
                **{name: when("$again", REMOVED, value) for name, value in verdict.items()},
                **{name: when("$again", 0, raised.get(name, f"${name}")) for name in _COUNTERS},
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
