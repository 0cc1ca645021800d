"""What an upload says of itself, also when the work on it has to begin again."""

from collections.abc import Iterator
from typing import Any

import pytest
import uuid6
from pymongo import MongoClient

from functions.on_upload.reception import receive
from functions.runtime.claim import Claim
from functions.runtime.database import Document
from functions.runtime.delivery import Delivery
from functions.runtime.inbox import Inbox
from functions.runtime.photo import PhotoRef
from functions.runtime.records import Records
from functions.runtime.storage import Storage, StoredObject
from infra.layout import Stack
from infra.wire_storage import storage_client


class Desk:
    """Receives uploads of one photo, an attempt at a time."""

    def __init__(self, storage: Storage, records: Records, inbox: Inbox) -> None:
        self.photo = PhotoRef("reception", str(uuid6.uuid7()))
        self.key = f"reception/{self.photo.id}"
        self._storage, self._records, self._inbox = storage, records, inbox

    def upload(self, data: bytes, **metadata: str) -> None:
        """Put the bytes there."""
        self._storage.write("uploads", self.key, data, "image/jpeg", metadata)

    def attempt(self, done: bool = True) -> Document:
        """Receive what is there; an attempt that is not `done` ends before its mark."""
        upload = self._storage.read("uploads", self.key)
        assert upload is not None
        delivery = self._delivery(upload)
        told = receive(delivery, upload)
        if done:
            assert delivery.mark("done", told)
        return self._records.get(self.photo) or {}

    def _delivery(self, upload: StoredObject) -> Delivery:
        return Delivery("on_upload", "v1", ("on_upload",), self.photo, self._claim(upload),
                        upload.etag, self._storage, self._records)  # fmt: skip

    def _claim(self, upload: StoredObject) -> Claim:
        self._inbox.ask("uploads", self.key)
        claim = self._inbox.claim(f"uploads/{self.key}", alone=True)
        assert claim is not None
        self._inbox._rows.delete_one({"_id": claim.row})
        return claim


@pytest.fixture
def desk(servers: Stack) -> Iterator[Desk]:
    with MongoClient[dict[str, Any]](servers.mongo_uri(), tz_aware=True) as client:
        database = client["reception"]
        database["collections"].replace_one(
            {"_id": "reception"}, {"_id": "reception", "owner": "ana"}, upsert=True
        )
        inbox = Inbox.of(database, "on_upload")
        yield Desk(Storage(storage_client(servers)), Records.of(database), inbox)


def test_a_label_sent_with_an_upload_counts(desk: Desk) -> None:
    desk.upload(b"first", label="cat")
    assert desk.attempt()["label"] == "cat"
    assert desk.attempt()["label_history"] == []


def test_a_label_of_earlier_bytes_is_set_aside_also_when_the_first_attempt_fails(
    desk: Desk,
) -> None:
    desk.upload(b"first", label="cat")
    old = desk.attempt()["received_etag"]
    desk.upload(b"second")
    desk.attempt(done=False)
    record = desk.attempt()
    assert record["label"] is None
    assert record["label_history"] == [{"label": "cat", "etag": old}]


def test_a_label_sent_with_new_bytes_does_not_count_beside_an_earlier_one(desk: Desk) -> None:
    desk.upload(b"first", label="cat")
    desk.attempt()
    desk.upload(b"second", label="dog")
    assert desk.attempt()["label"] is None


def test_new_bytes_forget_what_models_said(desk: Desk) -> None:
    desk.upload(b"first")
    desk.attempt()
    desk.upload(b"second")
    record = desk.attempt(done=False)
    assert (record["category"], record["image_etag"]) == (None, None)
    assert record["state"] == "received"
