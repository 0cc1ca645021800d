"""Several replicas of a function share its work, also when one of them falls asleep over it."""

from concurrent.futures import ThreadPoolExecutor

from functions.runtime.photo import photo_of_upload
from infra.layout import Stack
from infra.readiness import is_ready
from tests.dying import asleep, away
from tests.eventually import eventually
from tests.integration.test_new_bytes import LARGE, image_of
from tests.phone import PHOTOS, Phone
from tests.replica import replica
from tests.seen import Seen
from tests.webhook import Webhook, created


def test_two_replicas_of_classify_share_the_work_and_do_each_delivery_once(
    stack: Stack, phone: Phone, seen: Seen
) -> None:
    token = Webhook.of(stack, "classify").token
    with away(stack, "classify"):
        keys = phone.send_all(PHOTOS)
        eventually(lambda: len(seen.keys("images")) == len(keys))
        with replica(stack, "classify") as one, replica(stack, "classify") as other:
            ways = [Webhook(each.url, token) for each in (one, other)]
            with ThreadPoolExecutor(4) as pool:
                for number, key in enumerate(keys):
                    pool.submit(ways[number % 2].post, _image_made(seen, key))
            eventually(lambda: all(seen.features(key) for key in keys) and seen.at_rest())
            assert one.attempts() > 0
            assert other.attempts() > 0
            assert one.attempts() + other.attempts() == len(keys)
    eventually(lambda: seen.are_ready(keys))
    seen.check_whole(keys)
    attempts = {key: seen.delivery("classify", key)["attempts"] for key in keys}
    assert {len(each) for each in attempts.values()} == {1}


def test_the_same_events_at_two_replicas_at_once_are_one_delivery(
    stack: Stack, phone: Phone, seen: Seen
) -> None:
    token = Webhook.of(stack, "classify").token
    with replica(stack, "classify") as other, ThreadPoolExecutor(8) as pool:
        keys = phone.send_all(PHOTOS[:12])
        eventually(lambda: len(seen.keys("images")) == len(keys))
        bodies = [_image_made(seen, key) for key in keys]
        for way in (Webhook(other.url, token), Webhook.of(stack, "classify")):
            pool.map(way.post, bodies * 2)
        eventually(lambda: seen.are_ready(keys))
    seen.check_whole(keys)
    assert {len(seen.delivery("classify", key)["attempts"]) for key in keys} == {1}


def test_a_replica_that_slept_past_its_lease_undoes_nothing_when_it_wakes(
    stack: Stack, phone: Phone, seen: Seen
) -> None:
    with replica(stack, "on_upload"):
        keys = [_overwritten_in_its_sleep(stack, phone, seen, new) for new in PHOTOS[:3]]
        eventually(lambda: is_ready(stack, "on_upload"))
        eventually(lambda: seen.are_ready(keys))
    seen.check_whole(keys)
    for key, new in zip(keys, PHOTOS[:3], strict=True):
        assert _shows(seen, key, new)


def test_a_photo_deleted_while_its_replica_sleeps_stays_deleted(
    stack: Stack, phone: Phone, seen: Seen
) -> None:
    with replica(stack, "on_upload"):
        key = phone.send(LARGE)
        eventually(lambda: seen.delivery("on_upload", key).get("state") == "running")
        with asleep(stack, "on_upload"):
            seen.storage.remove_object(bucket_name="uploads", object_name=key)
            eventually(lambda: seen.delivery("on_upload", key).get("content") == "gone")
        eventually(lambda: is_ready(stack, "on_upload"))
        eventually(lambda: seen.check_gone(key))


def _overwritten_in_its_sleep(stack: Stack, phone: Phone, seen: Seen, new: bytes) -> str:
    """A photo that was overwritten while the replica that worked on it slept past its lease."""
    key = phone.send(LARGE)
    eventually(lambda: seen.delivery("on_upload", key).get("state") == "running")
    with asleep(stack, "on_upload"):
        phone.send(new, key)
        eventually(lambda: _shows(seen, key, new))
    return key


def _image_made(seen: Seen, key: str) -> bytes:
    """The event that MinIO sends for the photo's image."""
    image = photo_of_upload(key).image
    stat = seen.storage.stat_object(bucket_name="images", object_name=image)
    return created("images", image, (stat.etag or "").strip('"'))


def _shows(seen: Seen, key: str, photo: bytes) -> bool:
    """Whether the photo's image is made of these bytes."""
    image = seen.object("images", photo_of_upload(key).image)
    return image is not None and image.data == image_of(photo)
