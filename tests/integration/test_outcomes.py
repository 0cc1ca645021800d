"""The table of outcomes: what a handler raises is what happens to its row and to the record."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import uuid6
from pymongo import MongoClient
from pymongo.database import Database

from functions.runtime.claim import Claim
from functions.runtime.database import Document
from functions.runtime.delivery import Delivery
from functions.runtime.faults import ClaimLost, Outage, Rejected, Superseded
from functions.runtime.function import Function
from functions.runtime.inbox import Inbox
from functions.runtime.photo import PhotoRef, photo_of_upload
from functions.runtime.records import Fields, Records
from functions.runtime.storage import Storage, StoredObject
from functions.runtime.work import Work
from infra.layout import Stack
from infra.wire_storage import storage_client


@dataclass
class Bench:
    """One upload, its row, and a function whose handler raises what a test wants."""

    inbox: Inbox
    rows: Any
    records: Records
    storage: Storage
    photo: PhotoRef
    raises: Exception | None = None
    raises_when_gone: Exception | None = None
    records_it: bool = True
    taken_away: int = 0

    def make(self, delivery: Delivery, upload: StoredObject) -> Fields:
        """The handler: says one field, or raises."""
        if self.records_it:
            delivery.records.receive(delivery.photo, upload.key, {})
        if self.raises:
            raise self.raises
        return {"filename": "a.jpg"}

    def take_away(self, delivery: Delivery) -> Fields:
        """Counts that outputs were taken away."""
        self.taken_away += 1
        return {"filename": None}

    def gone(self, delivery: Delivery) -> None:
        """The object is no more."""
        if self.raises_when_gone:
            raise self.raises_when_gone
        self.take_away(delivery)

    @property
    def key(self) -> str:
        """The upload's key."""
        return f"{self.photo.collection}/{self.photo.id}"

    def row(self) -> Document:
        """The delivery's row as it is now."""
        return dict(self.rows.find_one({"_id": f"uploads/{self.key}"}))

    def record(self) -> Document:
        """The photo's record as it is now."""
        return self.records.get(self.photo) or {}

    def attempt(self, alone: bool = False) -> Document:
        """Let one worker work on the row now, whatever it waits for; returns the row after."""
        self.rows.update_one(
            {"_id": f"uploads/{self.key}", "due": {"$exists": True}}, [{"$set": {"due": "$$NOW"}}]
        )
        claim = self.inbox.claim(f"uploads/{self.key}", alone)
        assert claim is not None
        work = self._work(claim)
        outcome = work.run()
        assert self.inbox.settle(claim, work.worked, outcome) is not None
        return self.row()

    def die(self, alone: bool) -> None:
        """Let one worker claim the row and die."""
        self.rows.update_one({"_id": f"uploads/{self.key}"}, [{"$set": {"due": "$$NOW"}}])
        assert self.inbox.claim(f"uploads/{self.key}", alone) is not None

    def _work(self, claim: Claim) -> Work:
        function = Function(
            "on_upload", "uploads", photo_of_upload, self.make, self.gone, self.take_away
        )
        return Work(function, claim, self.storage, self.records, "v1", ("on_upload",))


@pytest.fixture
def bench(servers: Stack) -> Iterator[Bench]:
    """An upload that is there, with a row that is due."""
    storage = Storage(storage_client(servers))
    with MongoClient[dict[str, Any]](servers.mongo_uri(), tz_aware=True) as client:
        database: Database[Document] = client["outcomes"]
        photo = PhotoRef("outcomes", str(uuid6.uuid7()))
        inbox = Inbox.of(database, "on_upload", lease_seconds=60)
        made = Bench(inbox, database["inbox.on_upload"], Records.of(database), storage, photo)
        etag = storage.write("uploads", made.key, b"bytes", "image/jpeg", {})
        inbox.ask("uploads", made.key, etag)
        yield made


def test_a_handler_that_returns_is_done_and_its_history_ends_some_day(bench: Bench) -> None:
    row = bench.attempt()
    assert row["state"] == "done"
    assert "due" not in row
    assert (row["expires_at"] - row["attempts"][-1]["ended"]).days == 30
    assert bench.record()["state"] == "ready"
    assert bench.record()["filename"] == "a.jpg"


def test_an_object_that_is_gone_has_its_outputs_taken_away(bench: Bench) -> None:
    bench.storage.remove("uploads", bench.key)
    row = bench.attempt()
    assert (row["state"], row["content"], bench.taken_away) == ("done", "gone", 1)
    assert bench.record() == {}


def test_superseded_is_due_again_and_counts_as_no_failure(bench: Bench) -> None:
    bench.raises = Superseded("it changed")
    row = bench.attempt()
    assert (row["state"], row["failures"], row["deaths"]) == ("waiting", 0, 0)
    bench.raises = None
    assert bench.attempt()["state"] == "done"


def test_an_outage_waits_for_ever_and_counts_as_no_failure(bench: Bench) -> None:
    bench.raises = Outage("MinIO is away")
    for _ in range(8):
        row = bench.attempt()
    assert (row["state"], row["failures"], row["deaths"]) == ("waiting", 0, 0)
    assert (row["due"] - row["attempts"][-1]["ended"]).total_seconds() <= 60
    bench.raises = None
    assert bench.attempt()["state"] == "done"


def test_a_rejected_object_is_parked_at_once_and_the_photo_shows_the_reason(bench: Bench) -> None:
    bench.raises = Rejected("not-a-picture", "This is a text, not a picture.")
    row = bench.attempt()
    assert (row["state"], row["code"], bench.taken_away) == ("parked", "not-a-picture", 1)
    assert "expires_at" not in row
    record = bench.record()
    assert record["state"] == "rejected"
    assert record["error"]["detail"] == "This is a text, not a picture."
    assert record["filename"] is None


def test_a_bug_is_tried_five_times_and_then_parked_with_its_traceback(bench: Bench) -> None:
    bench.raises = ZeroDivisionError("a bug of ours")
    states = [bench.attempt()["state"] for _ in range(5)]
    assert states == ["waiting"] * 4 + ["parked"]
    assert "ZeroDivisionError: a bug of ours" in bench.row()["traceback"]
    assert bench.record()["state"] == "failed"
    assert "ZeroDivisionError" not in bench.record()["error"]["detail"]


def test_deaths_are_counted_apart_and_the_fifth_parks_when_the_last_were_alone(
    bench: Bench,
) -> None:
    bench.die(alone=False)
    for _ in range(4):
        bench.die(alone=True)
    row = bench.attempt(alone=True)
    assert (row["state"], row["code"]) == ("parked", "process-died")
    assert (row["deaths"], row["failures"]) == (5, 0)
    assert bench.row()["content"] not in (None, "gone")


def test_a_row_whose_process_died_is_only_taken_alone(bench: Bench) -> None:
    bench.die(alone=False)
    bench.rows.update_one({"_id": f"uploads/{bench.key}"}, [{"$set": {"due": "$$NOW"}}])
    assert bench.inbox.claim(f"uploads/{bench.key}", alone=False) is None
    bench.raises = Outage("MinIO is away")
    assert bench.attempt(alone=True)["state"] == "waiting"
    bench.rows.update_one({"_id": f"uploads/{bench.key}"}, [{"$set": {"due": "$$NOW"}}])
    assert bench.inbox.claim(f"uploads/{bench.key}", alone=False) is None, "also after an outage"
    bench.raises = None
    assert bench.attempt(alone=True)["state"] == "done"


def test_a_worker_past_its_lease_may_not_write(bench: Bench) -> None:
    impatient = Inbox(bench.rows, lease_seconds=0.001)
    claim = impatient.claim(f"uploads/{bench.key}")
    assert claim is not None
    while time.monotonic() < claim.deadline:
        pass
    with pytest.raises(ClaimLost):
        bench._work(claim).run()
    assert "functions" not in bench.record()


def test_a_replaced_mark_is_not_brought_back_by_an_older_claim(bench: Bench) -> None:
    first = bench.inbox.claim(f"uploads/{bench.key}")
    assert first is not None
    bench.attempt(alone=True)
    mark = bench.record()["functions"]["on_upload"]
    assert bench._work(first).run().word == "superseded"
    assert bench.record()["functions"]["on_upload"] == mark


def test_a_refusal_from_anywhere_is_parked_and_ends_no_thread(bench: Bench) -> None:
    bench.storage.remove("uploads", bench.key)
    bench.raises_when_gone = Rejected("no-collection", "There is no such collection.")
    assert bench.attempt()["state"] == "parked"


def test_an_object_without_a_record_is_let_go(bench: Bench) -> None:
    bench.records_it = False
    row = bench.attempt()
    assert (row["state"], bench.taken_away) == ("done", 1)
    assert bench.record() == {}
