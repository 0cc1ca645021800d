"""Overwritten and removed, in the middle of work too: what is derived fits what `uploads` holds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.pictures.budget import PixelBudget
from functions.pictures.jpeg import image_jpeg
from functions.pictures.photo import Limits, open_photo
from functions.runtime.photo import photo_of_upload
from infra.layout import Stack
from tests.eventually import eventually
from tests.phone import PHOTOS, SAMPLES, Phone
from tests.seen import Seen
from tests.webhook import Webhook, created

LARGE = (SAMPLES / "phone" / "Nokia_Lumia_800.jpg").read_bytes()
"""Large enough that work on it takes a while."""


def image_of(photo: bytes) -> bytes:
    """The image that on_upload has to make of a photo."""
    with open_photo(photo, Limits(), PixelBudget()) as opened:
        return image_jpeg(opened.image)


def test_images_hold_what_uploads_holds_after_ten_quick_overwrites(
    phone: Phone, seen: Seen
) -> None:
    key = phone.send(LARGE)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda photo: phone.send(photo, key), PHOTOS[:10]))
    eventually(lambda: seen.are_ready([key]))
    seen.check_whole([key])
    upload = seen.object("uploads", key)
    image = seen.object("images", photo_of_upload(key).image)
    assert upload is not None
    assert image is not None
    assert image.data == image_of(upload.data)
    assert image.metadata["source-etag"] == upload.etag


def test_new_bytes_under_a_living_id_are_new_content(phone: Phone, seen: Seen) -> None:
    key = phone.send(PHOTOS[0], label="hat")
    eventually(lambda: seen.are_ready([key]))
    first = seen.record(key)
    phone.send(PHOTOS[8], key)
    eventually(lambda: seen.record(key)["sha256"] != first["sha256"] and seen.are_ready([key]))
    second = seen.record(key)
    seen.check_whole([key])
    assert second["label"] is None
    said = [(entry["label"], entry["by"]) for entry in second["label_history"]]
    assert said == [("hat", "ana"), (None, "new bytes")]
    assert second["uploaded_at"] == first["uploaded_at"]
    assert second["image_etag"] != first["image_etag"]


def test_a_photo_overwritten_with_what_is_no_photo_loses_all_that_was_made(
    phone: Phone, seen: Seen
) -> None:
    key = phone.send(PHOTOS[0])
    eventually(lambda: seen.are_ready([key]))
    phone.send(b"a letter, not a photo", key)
    eventually(lambda: seen.state(key) == "rejected" and seen.at_rest())
    eventually(lambda: not seen.variants(key) and not seen.features(key))
    record = seen.record(key)
    assert record["error"]["code"] == "not-a-picture"
    assert record["category"] is None
    assert seen.keys("images") == seen.keys("thumbnails") == set()
    phone.send(PHOTOS[1], key)
    eventually(lambda: seen.are_ready([key]))
    assert seen.record(key)["error"] is None
    assert len(seen.variants(key)) == 10


Moment = Callable[[Seen, str], object]

MOMENTS: dict[str, Moment] = {
    "at once": lambda seen, key: True,
    "while on_upload works": lambda seen, key: seen.delivery("on_upload", key),
    "once it has a record": lambda seen, key: seen.record(key),
    "once it has an image": lambda seen, key: seen.keys("images"),
    "while classify works": lambda seen, key: seen.delivery("classify", key),
    "between its variants": lambda seen, key: seen.variants(key),
    "once it has features": lambda seen, key: seen.features(key),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_photo_deleted_in_the_middle_of_work_leaves_nothing(
    moment: str, phone: Phone, seen: Seen
) -> None:
    key = phone.send(LARGE)
    eventually(lambda: MOMENTS[moment](seen, key))
    seen.storage.remove_object(bucket_name="uploads", object_name=key)
    # Until then the removal's event may not have been heard.
    eventually(lambda: seen.delivery("on_upload", key).get("content") == "gone")
    eventually(lambda: seen.check_gone(key))
    assert seen.state(key) in ("removed", None)


def test_events_that_come_again_after_a_deletion_in_the_middle_of_work_leave_nothing(
    stack: Stack, phone: Phone, seen: Seen
) -> None:
    webhook = Webhook.of(stack, "on_upload")
    key = phone.send(LARGE)
    upload = seen.object("uploads", key)
    assert upload is not None
    eventually(lambda: seen.record(key))
    seen.storage.remove_object(bucket_name="uploads", object_name=key)
    for _ in range(3):
        assert webhook.post(created("uploads", key, upload.etag)) == 204
    eventually(lambda: seen.delivery("on_upload", key).get("content") == "gone")
    eventually(lambda: seen.check_gone(key))
    assert seen.state(key) == "removed"


def test_bytes_that_come_for_a_removed_photo_are_deleted(phone: Phone, seen: Seen) -> None:
    form = phone.form()
    assert form.send(PHOTOS[0]) == 204
    eventually(lambda: seen.are_ready([form.key]))
    seen.storage.remove_object(bucket_name="uploads", object_name=form.key)
    eventually(lambda: seen.state(form.key) == "removed" and seen.at_rest())
    tombstone = seen.record(form.key)
    assert form.send(PHOTOS[1]) == 204
    eventually(lambda: seen.object("uploads", form.key) is None and seen.at_rest())
    eventually(lambda: seen.check_gone(form.key))
    assert seen.record(form.key) == tombstone


def test_the_bytes_of_a_removed_photo_come_back_and_are_deleted_too(
    phone: Phone, seen: Seen
) -> None:
    form = phone.form()
    assert form.send(PHOTOS[0]) == 204
    eventually(lambda: seen.are_ready([form.key]))
    seen.storage.remove_object(bucket_name="uploads", object_name=form.key)
    assert form.send(PHOTOS[0]) == 204
    eventually(seen.at_rest)
    # Heard in time, the removal buries the photo; too late, it never happened.
    eventually(lambda: _is_gone(seen, form.key) or seen.are_ready([form.key]))


def _is_gone(seen: Seen, key: str) -> bool:
    return seen.object("uploads", key) is None and seen.state(key) == "removed"
