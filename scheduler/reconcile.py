"""Reconcile: finds what should exist and does not, and makes the rows due that mend it.

    reconciler = Reconciler.of(storage, database, wired)
    asks = reconciler.plan()                    # what the last minutes lack; reads only
    asks = reconciler.plan(every_photo=True)    # the same for every photo there is
    reconciler.carry_out(asks)                  # makes their rows due; how many, by reason
    reconciler.expire_forms()                   # hand-outs whose photo never came

It does no work itself and may run at any time, twice, or in two processes at once: an ask is an
upsert of a row that says "look again", and a function that looks finds the object as it is.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Final, Self

from pymongo.database import Database

from functions.handout.form import FORM_LIFE
from functions.runtime.database import Document
from functions.runtime.inbox import Inbox
from functions.runtime.photo import photo_of_upload
from functions.runtime.storage import Storage
from scheduler.batches import batches
from scheduler.reconcile_objects import photos_in, uploads_between
from scheduler.reconcile_photo import Ask, Photo
from scheduler.reconcile_records import PhotoRecords
from scheduler.reconcile_rules import asks_for, still_due, unfinished, unrecorded

SETTLE: Final = timedelta(seconds=30)
"""What was written this lately is left alone: its events are on their way."""

GRACE: Final = timedelta(minutes=10)
"""How long after its form's end an upload that began before it may still arrive."""

_BATCH: Final = 500


class Reconciler:
    """Plans, and makes rows due. Every method raises Outage when MinIO or Mongo can't be used.

    `inboxes` are those of the storage functions by name. Once `stopping` is set, a plan ends
    early: the next one finds what this one has left.
    """

    def __init__(
        self,
        storage: Storage,
        records: PhotoRecords,
        inboxes: dict[str, Inbox],
        settle: timedelta = SETTLE,
        stopping: threading.Event | None = None,
    ) -> None:
        self._storage = storage
        self._records = records
        self._inboxes = inboxes
        self._settle = settle
        self._stopping = stopping or threading.Event()

    @classmethod
    def of(
        cls,
        storage: Storage,
        database: Database[Document],
        wired: Sequence[str],
        settle: timedelta = SETTLE,
        stopping: threading.Event | None = None,
    ) -> Self:
        """The reconciler of the stack with these storage functions."""
        inboxes = {function: Inbox.of(database, function) for function in wired}
        return cls(storage, PhotoRecords(database), inboxes, settle, stopping)

    def plan(self, every_photo: bool = False) -> Iterator[Ask]:
        """What has to be asked, found as it is consumed; nothing is changed.

        A row that is open is left alone, and a parked one too unless its object has changed.
        """
        began = datetime.now(UTC)
        asks = self._of_all(began) if every_photo else self._of_late(began)
        for batch in batches((ask for ask in asks if ask.function in self._inboxes), _BATCH):
            rows = self._records.rows(batch)
            for ask in batch:
                due = still_due(ask, rows.get((ask.function, ask.row)))
                if due:
                    yield due

    def carry_out(self, asks: Iterable[Ask]) -> Counter[tuple[str, str]]:
        """Make the rows due; how many it was, by function and reason."""
        made: Counter[tuple[str, str]] = Counter()
        for ask in asks:
            self._inboxes[ask.function].ask(ask.bucket, ask.key, ask.content)
            made[ask.function, ask.reason] += 1
        return made

    def expire_forms(self) -> int:
        """Set records to expired whose form has ended and whose photo is not there; how many."""
        return sum(
            self._records.expire(record)
            for record in self._records.overdue(datetime.now(UTC) - GRACE)
            if self._storage.stat("uploads", record["key"]) is None
        )

    def _of_all(self, began: datetime) -> Iterator[Ask]:
        seen: set[str] = set()
        wired = tuple(self._inboxes)
        for photo in self._until_stopped(self._records.completed(photos_in(self._storage))):
            seen.add(photo.ref.image)
            if self._has_settled(photo, began):
                yield from asks_for(photo, wired)
        for photo in self._until_stopped(self._records.others(seen)):
            if self._has_settled(photo, began):
                yield from asks_for(photo, wired)

    def _of_late(self, began: datetime) -> Iterator[Ask]:
        for photo in self._until_stopped(self._late(began)):
            ask = unrecorded(photo) if photo.upload else None
            if ask and self._has_settled(photo, began):
                yield ask
        for photo in self._until_stopped(self._records.received()):
            if self._has_settled(photo, began):
                yield from unfinished(photo)

    def _late(self, began: datetime) -> Iterator[Photo]:
        """The uploads of the last forms' time, and those that came as their form ended."""
        begin, end = began - FORM_LIFE - GRACE, began + GRACE
        for collection in self._records.collections():
            yield from self._records.completed(
                uploads_between(self._storage, collection, begin, end)
            )
        for record in self._records.overdue(began - GRACE):
            upload = self._storage.stat("uploads", record["key"])
            yield Photo(photo_of_upload(record["key"]), upload, record=record)

    def _until_stopped(self, photos: Iterable[Photo]) -> Iterator[Photo]:
        return takewhile(lambda _: not self._stopping.is_set(), photos)

    def _has_settled(self, photo: Photo, began: datetime) -> bool:
        return photo.touched is None or photo.touched <= began - self._settle
