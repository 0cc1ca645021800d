"""The inbox of one function: a row for each object it owes work, one worker at a time on it."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, Self

from pymongo import ASCENDING, ReturnDocument
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.runtime import rules
from functions.runtime.claim import Claim, Outcome
from functions.runtime.database import LONG_AGO, Document, outages
from functions.runtime.event import ObjectEvent
from functions.runtime.faults import Outage

_DUE_AT_ONCE: Final = 200
_BODY_KEPT: Final = 65_536
_TRIES: Final = 20


class Inbox:
    """Deliveries of one function. Every method raises Outage when Mongo can't be used."""

    def __init__(self, rows: Collection[Document], lease_seconds: float) -> None:
        self._rows = rows
        self.lease_seconds = lease_seconds

    @classmethod
    def of(cls, database: Database[Document], function: str, lease_seconds: float = 60) -> Self:
        """The inbox of the function with this name."""
        return cls(database[f"inbox.{function}"], lease_seconds)

    def ask(
        self, bucket: str, key: str, content: str = rules.LOOK_AGAIN, at: datetime | None = None
    ) -> str | None:
        """Ask for a look at an object that is said to be `content` now.

        Returns the row's id when there is work to do, None when the row is finished with it.
        """
        row_id = f"{bucket}/{key}"
        update = rules.asked(bucket, key, content, at or datetime.now(UTC))
        row = self._written({"_id": row_id}, update, upsert=True)
        return row_id if row and row["state"] == "waiting" else None

    def hear(self, event: ObjectEvent) -> str | None:
        """`ask` for what an event tells."""
        return self.ask(event.bucket, event.key, event.content, event.at)

    def park_body(self, body: bytes, reason: str) -> None:
        """Keep a webhook body that could not be understood, for a person to look at."""
        digest = hashlib.sha256(body).hexdigest()
        kept = {
            "body": body[:_BODY_KEPT],
            "state": "parked",
            "code": "not-an-event",
            "reason": reason,
            "schema": rules.SCHEMA,
        }
        with outages():
            self._rows.update_one(
                {"_id": f"body:{digest}"},
                {"$setOnInsert": {**kept, "opened_at": datetime.now(UTC)}, "$inc": {"heard": 1}},
                upsert=True,
            )

    def due(self) -> Iterator[tuple[str, bool]]:
        """Rows that can be claimed now, those of fewest deaths first, then oldest first.

        Each with its id and whether it can be claimed only alone.
        """
        rule: Document = {
            "due": {"$gte": LONG_AGO},
            "$expr": {"$lte": ["$due", "$$NOW"]},
        }
        with outages():
            found = self._rows.find(rule, {"state": 1, "deaths": 1})
            oldest = found.sort("due", ASCENDING).limit(_DUE_AT_ONCE)
            for row in sorted(oldest, key=lambda row: int(row["deaths"])):
                yield row["_id"], row["state"] == "running" or row["deaths"] > 0

    def claim(self, row_id: str, alone: bool = False) -> Claim | None:
        """Take the row for one lease, or None when it is not due, or taken by another."""
        deadline = time.monotonic() + self.lease_seconds
        with outages():
            row = self._rows.find_one_and_update(
                rules.claimable(row_id, alone),
                rules.claimed(self.lease_seconds, alone),
                return_document=ReturnDocument.AFTER,
                projection={"events": 0, "attempts": 0, "traceback": 0},
            )
        if row is None:
            return None
        counters = {name: row[name] for name in ("failures", "deaths", "deaths_alone", "tries")}
        return Claim(
            row["_id"],
            row["bucket"],
            row["key"],
            row["token"],
            deadline,
            alone,
            event_at=row["event_at"],
            **counters,
        )

    def settle(self, claim: Claim, worked: str | None, outcome: Outcome) -> str | None:
        """Say how the claim ended, having worked on the content `worked`.

        Returns the row's new state, or None when the claim was lost to another worker.
        """
        told: dict[str, Any] = {"outcome": outcome.word, "token": claim.token}
        for name in ("code", "reason", "traceback"):
            if getattr(outcome, name) is not None:
                told[name] = {"$literal": getattr(outcome, name)}
        counters = {"failures": outcome.failures, "tries": outcome.tries}
        update = rules.settled(worked, outcome.state, told, outcome.delay_seconds, counters)
        own = {"_id": claim.row, "token": claim.token, "state": "running"}
        row = self._written(own, update, upsert=False)
        return row["state"] if row else None

    def open_rows(self) -> tuple[dict[str, int], datetime | None]:
        """How many rows are waiting, running and parked, and since when the oldest open one is."""
        with outages():
            counts = {"waiting": 0, "running": 0}
            oldest: datetime | None = None
            for row in self._rows.find({"due": {"$gte": LONG_AGO}}, {"state": 1, "opened_at": 1}):
                counts[row["state"]] += 1
                oldest = min(oldest or row["opened_at"], row["opened_at"])
            return {**counts, "parked": self._rows.count_documents({"state": "parked"})}, oldest

    def _written(self, rule: Document, update: list[Document], upsert: bool) -> Document | None:
        """The row after the update; None when none fits the rule.

        When two write one row at the same moment, MongoDB raises DuplicateKeyError on an upsert,
        and SecantusDB may answer as if there were no such row. Both are asked again.
        """
        for _ in range(_TRIES):
            with outages(), suppress(DuplicateKeyError):
                row = self._rows.find_one_and_update(
                    rule,
                    update,
                    upsert=upsert,
                    return_document=ReturnDocument.AFTER,
                    projection={"state": 1},
                )
                if row or not (upsert or self._rows.find_one(rule, {"_id": 1})):
                    return row
        raise Outage("Mongo: too many write one row at once")
