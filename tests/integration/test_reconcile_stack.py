"""Reconcile with the functions at work: what events missed is mended, and nothing else is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import uuid6
from minio import Minio
from pymongo import MongoClient

from functions.augment.variants import NAMES
from functions.runtime.database import Document
from functions.runtime.photo import PhotoRef, photo_of_upload
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wire_storage import storage_client, wire_storage
from infra.wiring import DATABASE
from scheduler.reconcile import Reconciler
from scheduler.reconcile_photo import Ask
from tests.eventually import eventually
from tests.phone import PHOTOS, Phone
from tests.seen import Seen

WIRED = ("on_upload", "augment", "classify")


class Night:
    """The night's reconcile, at any time, for the test's own collection."""

    def __init__(self, reconciler: Reconciler, collection: str) -> None:
        self._reconciler = reconciler
        self._collection = collection

    def plan(self) -> list[Ask]:
        plan = self._reconciler.plan(every_photo=True)
        return [ask for ask in plan if ask.key.startswith(f"{self._collection}/")]

    def run(self) -> int:
        return self._reconciler.carry_out(self.plan()).total()


@pytest.fixture
def night(stack: Stack, seen: Seen) -> Iterator[Night]:
    secret = stack.secrets[name_of("scheduler", "storage_secret")]
    storage = Storage(storage_client(stack, "scheduler", secret))
    with MongoClient[Document](stack.mongo_uri("scheduler"), tz_aware=True) as client:
        reconciler = Reconciler.of(storage, client[DATABASE], WIRED, settle=timedelta(0))
        yield Night(reconciler, seen.collection)


@contextmanager
def events_lost(stack: Stack, bucket: str) -> Iterator[None]:
    """While it lasts, nobody hears what happens in the bucket."""
    storage_client(stack).delete_bucket_notification(bucket_name=bucket)
    try:
        yield
    finally:
        list(wire_storage(stack))


def test_photos_no_event_told_of_are_found_and_worked_on_as_any_other(
    stack: Stack, phone: Phone, seen: Seen, night: Night
) -> None:
    with events_lost(stack, "uploads"):
        keys = phone.send_all(PHOTOS[:3])
        keys.append(phone.send(PHOTOS[3], f"{seen.collection}/IMG 1+ação.jpg"))
    assert night.run() == 4
    eventually(lambda: seen.are_ready(keys), timeout=60)
    seen.check_whole(keys)
    assert night.plan() == []


def test_images_no_event_told_of_are_found(
    stack: Stack, phone: Phone, seen: Seen, night: Night
) -> None:
    with events_lost(stack, "images"):
        key = phone.send(PHOTOS[4])
        eventually(lambda: seen.record(key).get("pending") == ["augment", "classify"])
        eventually(seen.at_rest)
    assert night.run() == 2
    eventually(lambda: seen.are_ready([key]), timeout=60)
    seen.check_whole([key])


def test_a_removal_no_event_told_of_takes_everything_away(
    stack: Stack, phone: Phone, seen: Seen, night: Night, minio_root: Minio
) -> None:
    key = phone.send(PHOTOS[5])
    eventually(lambda: seen.are_ready([key]))
    with events_lost(stack, "uploads"):
        minio_root.remove_object(bucket_name="uploads", object_name=key)
    assert night.run() == 1
    eventually(lambda: seen.state(key) == "removed" and not seen.features(key))
    eventually(lambda: not seen.variants(key) and seen.at_rest())
    eventually(lambda: seen.check_gone(key))
    assert night.plan() == []


Loss = Callable[[Seen, PhotoRef], object]


def removed(bucket: str, key_of: Callable[[PhotoRef], str]) -> Loss:
    return lambda seen, ref: seen.storage.remove_object(bucket_name=bucket, object_name=key_of(ref))


LOSSES: dict[str, Loss] = {
    "the thumbnail": removed("thumbnails", lambda ref: ref.image),
    "one variant": removed("variants", lambda ref: ref.variant(NAMES[7])),
    "the features": lambda seen, ref: seen.documents["features"].delete_one({"_id": ref.id}),
    "the record": lambda seen, ref: seen.documents["photos"].delete_one({"_id": ref.id}),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_what_was_lost_of_a_finished_photo_is_made_again(
    phone: Phone, seen: Seen, night: Night, loss: str
) -> None:
    key = phone.send(PHOTOS[6])
    eventually(lambda: seen.are_ready([key]))
    LOSSES[loss](seen, photo_of_upload(key))
    # A lost record is told to the other functions in a second round, once on_upload has made it.
    eventually(lambda: seen.at_rest() and night.run() == 0, timeout=60)
    eventually(lambda: seen.are_ready([key]))
    seen.check_whole([key])


def test_an_image_that_went_unheard_comes_back_with_all_that_is_made_of_it(
    stack: Stack, phone: Phone, seen: Seen, night: Night, minio_root: Minio
) -> None:
    key = phone.send(PHOTOS[7])
    eventually(lambda: seen.are_ready([key]))
    image = photo_of_upload(key).image
    with events_lost(stack, "images"):
        minio_root.remove_object(bucket_name="images", object_name=image)
    eventually(lambda: seen.at_rest() and night.run() == 0, timeout=60)
    seen.check_whole([key])


def test_what_no_photo_stands_behind_is_taken_away(
    stack: Stack, seen: Seen, night: Night, minio_root: Minio
) -> None:
    key = f"{seen.collection}/{uuid6.uuid7()}"
    ref, storage = photo_of_upload(key), Storage(minio_root)
    with events_lost(stack, "images"):
        for bucket in ("images", "thumbnails"):
            storage.write(bucket, ref.image, PHOTOS[0], "image/jpeg", {"source-etag": "e"})
    storage.write("variants", ref.variant(NAMES[0]), b"x", "image/jpeg", {"source-etag": "e"})
    feature = {"_id": ref.id, "collection": ref.collection, "etag": "e"}
    seen.documents["features"].insert_one(feature)
    eventually(lambda: seen.at_rest() and night.run() == 0, timeout=60)
    eventually(lambda: not seen.features(key) and not seen.variants(key))
    eventually(lambda: seen.check_gone(key))


def test_reconciling_while_photos_arrive_does_no_harm(
    phone: Phone, seen: Seen, night: Night
) -> None:
    keys = []
    for photo in PHOTOS[8:16]:
        keys.append(phone.send(photo))
        night.run()
    eventually(lambda: seen.are_ready(keys), timeout=60)
    seen.check_whole(keys)
    assert night.plan() == []
