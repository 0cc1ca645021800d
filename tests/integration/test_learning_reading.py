"""The labelled photos of a collection as a data set, on real servers with made-up records."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import uuid6
from bson import Binary
from pymongo import MongoClient
from pymongo.database import Database

from functions.runtime.database import Document
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from infra.wiring import DATABASE
from scheduler.backbone.version import VERSION
from scheduler.learning.photos.reading import Reading, read_dataset
from scheduler.learning.photos.split import side_of
from scheduler.learning.recipe import CannotLearn

DRAW = np.random.default_rng(7)


class Shelf:
    """A collection of records and features without pictures, and the scheduler's look at it."""

    def __init__(self, stack: Stack, root: Database[Document], own: Database[Document]) -> None:
        secret = stack.secrets[name_of("scheduler", "storage_secret")]
        self._storage = Storage(storage_client(stack, "scheduler", secret))
        self._own = own
        self.root = root
        self.collection = f"c-{uuid6.uuid7().hex[-20:]}"

    def photo(self, label: str | None, like: str | None = None, **told: Any) -> str:
        """A new labelled photo with features; its picture is that of `like`, if there is one."""
        photo = str(uuid6.uuid7())
        made: Document = {
            "sha256": photo,
            "phash": f"{int(DRAW.integers(0, 2**63)):016x}",
            "feature": Binary(np.abs(DRAW.normal(size=1280)).astype(np.float16).tobytes()),
        }
        if like:
            made = {
                **(self.root["photos"].find_one({"_id": like}, {"sha256": 1, "phash": 1}) or {}),
                **(self.root["features"].find_one({"_id": like}, {"feature": 1}) or {}),
            }
        record = {"state": "ready", "image_etag": f"etag of {photo}", "label": label, **made}
        record.pop("feature")
        seen = {"etag": f"etag of {photo}", "backbone": VERSION, "feature": made["feature"]}
        own = {"_id": photo, "collection": self.collection}
        sent = {"key": f"{self.collection}/{photo}", "uploaded_at": datetime.now(UTC)}
        self.root["photos"].insert_one({**record, **sent, **told, **own})
        self.root["features"].insert_one({**seen, **own})
        return photo

    def say(self, photo: str, **told: Any) -> None:
        self.root["photos"].update_one({"_id": photo}, {"$set": told})

    def see(self, photo: str, **told: Any) -> None:
        self.root["features"].update_one({"_id": photo}, {"$set": told})

    def record(self, photo: str) -> Document:
        return self.root["photos"].find_one({"_id": photo}) or {}

    def read(self) -> Reading:
        return read_dataset(self._own, self._storage, self.collection)


@pytest.fixture
def shelf(servers: Stack) -> Iterator[Shelf]:
    with (
        MongoClient[Document](servers.mongo_uri(), tz_aware=True) as root,
        MongoClient[Document](servers.mongo_uri("scheduler"), tz_aware=True) as own,
    ):
        yield Shelf(servers, root[DATABASE], own[DATABASE])


@pytest.fixture
def photos(shelf: Shelf) -> list[str]:
    """Six hats, then six shoes."""
    return [shelf.photo(label) for label in ["hat"] * 6 + ["shoe"] * 6]


def test_labelled_photos_become_a_data_set_in_the_order_of_their_ids(
    shelf: Shelf, photos: list[str]
) -> None:
    shelf.photo(None)
    reading = shelf.read()
    dataset = reading.dataset
    assert dataset.photos == tuple(photos)
    assert dataset.classes == ("hat", "shoe")
    assert [dataset.label_of(row) for row in range(12)] == ["hat"] * 6 + ["shoe"] * 6
    assert dataset.sides.tolist() == [side_of(photo) for photo in photos]
    assert len(set(dataset.groups.tolist())) == 12
    assert dataset.etags == tuple(f"etag of {photo}" for photo in photos)
    assert reading.left_out == []
    assert reading.labels_until.tzinfo is not None


def test_sides_are_stored_once_and_near_duplicates_go_together(
    shelf: Shelf, photos: list[str]
) -> None:
    shelf.read()
    copy = shelf.photo("hat", like=photos[0])
    dataset = shelf.read().dataset
    for photo in photos:
        assert (shelf.record(photo)["side"], shelf.record(photo)["like"]) == (
            side_of(photo),
            photo,
        )
    assert shelf.record(copy)["like"] == photos[0]
    assert shelf.record(copy)["side"] == side_of(photos[0])
    rows = [dataset.photos.index(photo) for photo in (photos[0], copy)]
    assert dataset.groups[rows[0]] == dataset.groups[rows[1]]


def test_a_side_stays_when_its_label_is_taken_away_and_draws_later_copies(
    shelf: Shelf, photos: list[str]
) -> None:
    shelf.read()
    shelf.say(photos[0], label=None, side="held out")
    copy = shelf.photo("hat", like=photos[0])
    assert shelf.read().dataset.photos == (*photos[1:], copy)
    assert shelf.record(copy)["side"] == "held out"
    shelf.say(photos[0], label="shoe")
    dataset = shelf.read().dataset
    assert dataset.sides[dataset.photos.index(photos[0])] == "held out"


def test_a_new_label_makes_another_digest(shelf: Shelf, photos: list[str]) -> None:
    before = shelf.read().dataset.digest()
    assert shelf.read().dataset.digest() == before
    shelf.say(photos[0], label="shoe")
    assert shelf.read().dataset.digest() != before


def test_photos_that_cannot_be_used_are_left_out_and_counted(
    shelf: Shelf, photos: list[str]
) -> None:
    wrong = [shelf.photo("hat") for _ in range(6)]
    shelf.see(wrong[0], feature=Binary(b"short"))
    shelf.see(wrong[1], feature=Binary(np.full(1280, np.nan, np.float16).tobytes()))
    shelf.see(wrong[2], backbone="another")
    shelf.see(wrong[3], etag="of earlier bytes")
    shelf.say(wrong[4], state="rejected")
    shelf.root["features"].delete_one({"_id": wrong[5]})
    shelf.photo("scarf")
    reading = shelf.read()
    assert reading.dataset.photos == tuple(photos)
    assert reading.left_out == [
        "Left out for now, as classify has not seen their image yet: 4.",
        "Left out, as their features can't be read: 2.",
        "'scarf' has one photo only and is not learned yet; it needs 2.",
    ]


def test_too_few_photos_are_told_and_have_their_sides_all_the_same(shelf: Shelf) -> None:
    photo = shelf.photo("hat")
    with pytest.raises(CannotLearn, match="'hat' has 1"):
        shelf.read()
    assert shelf.record(photo)["side"] == side_of(photo)
