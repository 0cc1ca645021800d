"""What an upload says of itself, also when the work on it has to begin again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uuid6
from pymongo import MongoClient
from pymongo.database import Database

from functions.on_upload.reception import receive
from functions.runtime.claim import Claim
from functions.runtime.database import Document
from functions.runtime.delivery import Delivery
from functions.runtime.inbox import Inbox
from functions.runtime.labels import Labels
from functions.runtime.photo import PhotoRef
from functions.runtime.records import Records
from functions.runtime.storage import Storage, StoredObject
from infra.layout import Stack
from infra.wire_storage import storage_client


class Desk:
    """Receives uploads of one photo, an attempt at a time."""

    def __init__(self, storage: Storage, database: Database[Document]) -> None:
        self.labels = Labels.of(database)
        self.photo = PhotoRef("reception", str(uuid6.uuid7()))
        self.key = f"reception/{self.photo.id}"
        self._photos = database["photos"]
        self._records, self._inbox = Records.of(database), Inbox.of(database, "on_upload")
        self._storage = storage

    def upload(self, data: bytes, **metadata: str) -> None:
        """Put the bytes there."""
        self._storage.write("uploads", self.key, data, "image/jpeg", metadata)

    def attempt(self, done: bool = True) -> Document:
        """Receive what is there; an attempt that is not `done` ends before its mark."""
        finish = self.begin()
        return finish() if done else self._record()

    def begin(self) -> Callable[[], Document]:
        """Receive what is there; what is returned makes the mark."""
        upload = self._storage.read("uploads", self.key)
        assert upload is not None
        delivery = self._delivery(upload)
        told = receive(delivery, upload)

        def finish() -> Document:
            assert delivery.mark("done", told)
            return self._record()

        return finish

    def set(self, **fields: str) -> None:
        """What others write into the record."""
        self._photos.update_one({"_id": self.photo.id}, {"$set": fields})

    def _record(self) -> Document:
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
        yield Desk(Storage(storage_client(servers)), database)


def test_a_label_sent_with_an_upload_counts_once(desk: Desk) -> None:
    desk.upload(b"first", label="cat", owner="bo")
    record = desk.attempt()
    [said] = record["label_history"]
    assert record["label"] == said["label"] == "cat"
    assert (said["by"], said["etag"]) == ("bo", record["received_etag"])
    assert record["labelled_at"] == said["at"]
    again = desk.attempt()
    assert _label_of(again) == _label_of(record)


def test_a_label_sent_with_an_upload_is_spelled_as_it_was_first(desk: Desk) -> None:
    desk.labels.spelled("reception", "Siamese Cat")
    desk.upload(b"first", label="siamese cat")
    assert desk.attempt()["label"] == "Siamese Cat"


def test_what_a_person_says_while_the_upload_is_worked_on_is_not_overwritten(desk: Desk) -> None:
    desk.upload(b"first", label="cat")
    finish = desk.begin()
    desk.labels.put(desk.photo.id, "dog", "bo")
    record = finish()
    assert record["label"] == "dog"
    assert [said["by"] for said in record["label_history"]] == ["bo"]


def test_a_label_of_earlier_bytes_is_set_aside_also_when_the_first_attempt_fails(
    desk: Desk,
) -> None:
    desk.upload(b"first", label="cat")
    old = desk.attempt()["received_etag"]
    desk.upload(b"second")
    desk.attempt(done=False)
    record = desk.attempt()
    assert record["label"] is None
    told = [(said["label"], said["by"], said["etag"]) for said in record["label_history"]]
    assert told == [("cat", "ana", old), (None, "new bytes", record["received_etag"])]
    assert record["labelled_at"] == record["label_history"][-1]["at"]


def test_new_bytes_of_a_photo_without_a_label_are_no_news_of_labels(desk: Desk) -> None:
    desk.upload(b"first")
    desk.attempt()
    desk.upload(b"second")
    record = desk.attempt()
    assert _label_of(record) == {"label": None, "label_history": []}
    desk.upload(b"third", label="dog")
    assert desk.attempt()["label"] == "dog", "nothing was ever said of this photo"


def test_new_bytes_belong_to_no_side_and_are_like_no_photo(desk: Desk) -> None:
    desk.upload(b"first", label="cat")
    desk.attempt()
    desk.set(side="train", like="another")
    assert desk.attempt()["side"] == "train", "the same bytes again"
    desk.upload(b"second")
    record = desk.attempt(done=False)
    assert not {"side", "like"} & record.keys()


def test_a_label_sent_with_new_bytes_does_not_count_beside_an_earlier_one(desk: Desk) -> None:
    desk.upload(b"first", label="cat")
    desk.attempt()
    desk.upload(b"second", label="dog")
    assert desk.attempt()["label"] is None


def _label_of(record: Document) -> Document:
    names = ("label", "labelled_at", "label_history")
    return {name: record[name] for name in names if name in record}


def test_new_bytes_forget_what_models_said(desk: Desk) -> None:
    desk.upload(b"first")
    desk.attempt()
    desk.upload(b"second")
    record = desk.attempt(done=False)
    assert (record["category"], record["image_etag"]) == (None, None)
    assert record["state"] == "received"
