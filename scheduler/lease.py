"""Leases in Mongo: one holder at a time for a name, in the server's time.

    lease = Lease.of(database, "models/wardrobe")
    if lease.take():            # renewed by a thread of its own from now on
        try:
            ... if lease.held(): point(...)
        finally:
            lease.release()

A holder that dies frees its lease when it runs out. One that was put to sleep may wake up without
it, so ask `held` before each step that must not be done by two.
"""

import threading
import uuid
from contextlib import suppress
from typing import Final, Self

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.runtime.database import LONG_AGO, Document, outages
from functions.runtime.expressions import later
from functions.runtime.faults import Outage

LEASE_SECONDS: Final = 60.0

_RENEWALS_A_LEASE: Final = 6


class Lease:
    """The right to do what `name` stands for; every method but `release` raises Outage."""

    def __init__(
        self, leases: Collection[Document], name: str, seconds: float, holder: str | None = None
    ) -> None:
        self._leases = leases
        self._name = name
        self._seconds = seconds
        self._released = threading.Event()
        self.holder = holder or str(uuid.uuid4())

    @classmethod
    def of(
        cls,
        database: Database[Document],
        name: str,
        seconds: float = LEASE_SECONDS,
        holder: str | None = None,
    ) -> Self:
        """A lease that nobody holds yet; with another's `holder` it can tell whether they do."""
        return cls(database["leases"], name, seconds, holder)

    def take(self) -> bool:
        """Take it if it is free, and keep it until `release`; False when another has it."""
        with outages(), suppress(DuplicateKeyError):
            if self._leases.find_one({"_id": self._name}, {"_id": 1}) is None:
                # An insert and not an upsert, of which SecantusDB may lose one of two at once.
                self._leases.insert_one({"_id": self._name, "holder": None, "until": LONG_AGO})
        free: Document = {"$expr": {"$lte": ["$until", "$$NOW"]}}
        if not self._extend({"_id": self._name, **free}):
            return False
        self._released = threading.Event()
        threading.Thread(
            target=self._renew, args=(self._released,), name=f"lease {self._name}", daemon=True
        ).start()
        return True

    def held(self) -> bool:
        """Whether the holder has it at this moment, as the server knows."""
        with outages():
            own = {"_id": self._name, "holder": self.holder}
            return (
                self._leases.find_one({**own, "$expr": {"$gt": ["$until", "$$NOW"]}}, {"_id": 1})
                is not None
            )

    def release(self) -> None:
        """Give it back; when Mongo is away, it runs out by itself."""
        self._released.set()
        with suppress(Outage), outages():
            self._leases.update_one(
                {"_id": self._name, "holder": self.holder},
                {"$set": {"holder": None, "until": LONG_AGO}},
            )

    def forget(self) -> None:
        """Take its document away, once it is released and its name stands for nothing any more."""
        with outages():
            self._leases.delete_one({"_id": self._name, "holder": None})

    def _extend(self, rule: Document) -> bool:
        update = [{"$set": {"holder": self.holder, "until": later(self._seconds)}}]
        with outages():
            return self._leases.update_one(rule, update).matched_count > 0

    def _renew(self, released: threading.Event) -> None:
        while not released.wait(self._seconds / _RENEWALS_A_LEASE):
            # One that ran out is not renewed: whoever holds it has to notice.
            own = {"_id": self._name, "holder": self.holder}
            with suppress(Outage):
                # SecantusDB may tell of no row while another one looks at it: ask once more.
                rule: Document = {**own, "$expr": {"$gt": ["$until", "$$NOW"]}}
                if not (self._extend(rule) or self.held()):
                    return
