"""A worker on real rows: what has killed its process before has the next one to itself."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
import uuid6
from pymongo import MongoClient
from pymongo.database import Database

from functions.runtime.claim import Claim
from functions.runtime.database import Document
from functions.runtime.delivery import Delivery
from functions.runtime.function import Function
from functions.runtime.inbox import Inbox
from functions.runtime.metrics import Metrics
from functions.runtime.photo import photo_of_upload
from functions.runtime.records import Fields, Records
from functions.runtime.storage import Storage, StoredObject
from functions.runtime.work import Work
from functions.runtime.worker import Worker
from infra.layout import Stack
from infra.wire_storage import storage_client
from tests.eventually import eventually

_SOME_SWEEPS = 3.5
NONE_OPEN = {"waiting": 0, "running": 0, "parked": 0}


class Handled:
    """Uploads whose handlers begin, and end when they are let go."""

    def __init__(self, database: Database[Document], storage: Storage) -> None:
        self.inbox = Inbox.of(database, "on_upload", lease_seconds=60)
        self.hasty = Inbox.of(database, "on_upload", lease_seconds=0.001)
        self._records = Records.of(database)
        self._storage = storage
        self.began: dict[str, Event] = {}
        self.go: dict[str, Event] = {}

    def put(self) -> str:
        """A new upload, due; returns its key."""
        key = f"alone/{uuid6.uuid7()}"
        self.began[key], self.go[key] = Event(), Event()
        etag = self._storage.write("uploads", key, b"bytes", "image/jpeg", {})
        self.inbox.ask("uploads", key, etag)
        return key

    def begin(self, claim: Claim) -> Work:
        """The work on a claim."""
        function = Function("on_upload", "uploads", photo_of_upload, self._make, self._no, self._no)
        return Work(function, claim, self._storage, self._records, "v1", ("on_upload",))

    def _make(self, delivery: Delivery, upload: StoredObject) -> Fields:
        self.began[upload.key].set()
        assert self.go[upload.key].wait(30)
        delivery.records.receive(delivery.photo, upload.key, {})
        return {}

    def _no(self, _: Delivery) -> Any:
        raise AssertionError("nothing is removed here")


@pytest.fixture
def handled(servers: Stack) -> Iterator[Handled]:
    """Rows of a database of their own."""
    with MongoClient[dict[str, Any]](servers.mongo_uri(), tz_aware=True) as client:
        yield Handled(client["alone"], Storage(storage_client(servers)))


def test_a_row_whose_process_died_is_worked_on_with_nothing_beside_it(handled: Handled) -> None:
    deadly, before = handled.put(), handled.put()
    assert handled.hasty.claim(f"uploads/{deadly}")
    worker = Worker(handled.inbox, Metrics("on_upload", handled.inbox), 2, handled.begin)
    worker.hint(f"uploads/{before}")
    worker.start()
    try:
        assert handled.began[before].wait(30)
        assert not handled.began[deadly].wait(_SOME_SWEEPS), "it began beside another"
        handled.go[before].set()
        assert handled.began[deadly].wait(30)
        again = handled.put()
        handled.go[again].set()
        worker.hint(f"uploads/{again}")
        assert not handled.began[again].wait(_SOME_SWEEPS), "another began beside it"
        handled.go[deadly].set()
        eventually(lambda: handled.inbox.open_rows()[0] == NONE_OPEN)
    finally:
        for go in handled.go.values():
            go.set()
        worker.stop(30)
