"""Events tell functions to look again: how often and in which order changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
import requests

from infra.layout import Stack
from tests.documents import Documents
from tests.eventually import eventually
from tests.phone import PHOTOS, Phone
from tests.seen import Document, Seen
from tests.webhook import Webhook, created, removed


@pytest.fixture
def webhook(stack: Stack) -> Webhook:
    """The webhook of on_upload."""
    return Webhook.of(stack, "on_upload")


def test_a_photo_becomes_a_record_a_category_and_ten_variants(phone: Phone, seen: Seen) -> None:
    key = phone.send(PHOTOS[0])
    eventually(lambda: seen.are_ready([key]))
    seen.check_whole([key])
    record = seen.record(key)
    assert record["collection"] == phone.collection
    assert record["owner"] == "ana"
    assert record["category"]
    assert record["pending"] == []
    assert len(seen.variants(key)) == 10


def test_the_same_event_again_changes_nothing(phone: Phone, seen: Seen, webhook: Webhook) -> None:
    key = _settled(phone, seen)
    record, delivery = seen.record(key), seen.delivery("on_upload", key)
    again = created("uploads", key, delivery["content"])
    assert [webhook.post(again), webhook.post(again)] == [204, 204]
    after = seen.delivery("on_upload", key)
    assert after["state"] == "done"
    assert after["attempts"] == delivery["attempts"]
    assert seen.record(key) == record


def test_the_same_event_many_times_at_once_is_worked_on_by_one_at_a_time(
    phone: Phone, seen: Seen, webhook: Webhook
) -> None:
    key = phone.send(PHOTOS[1])
    upload = seen.object("uploads", key)
    assert upload is not None
    body = created("uploads", key, upload.etag)
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(webhook.post, [body] * 32)) == {204}
    eventually(lambda: seen.are_ready([key]))
    seen.check_whole([key])
    delivery = seen.delivery("on_upload", key)
    assert [attempt["outcome"] for attempt in delivery["attempts"]] == ["done"]


def test_whatever_is_asked_of_a_row_one_worker_has_it_at_a_time(
    phone: Phone, seen: Seen, webhook: Webhook
) -> None:
    key = phone.send(PHOTOS[2])
    with ThreadPoolExecutor(8) as pool:
        bodies = [created("uploads", key, f"etag-{number}") for number in range(24)]
        assert set(pool.map(webhook.post, bodies)) == {204}
    eventually(lambda: seen.are_ready([key]))
    attempts = seen.delivery("on_upload", key)["attempts"]
    assert len(attempts) > 1
    assert all(earlier["ended"] <= later["at"] for earlier, later in pairwise(attempts))
    seen.check_whole([key])


def test_events_out_of_order_end_in_what_the_object_is(
    phone: Phone, seen: Seen, webhook: Webhook
) -> None:
    key = phone.send(PHOTOS[0])
    old = seen.object("uploads", key)
    phone.send(PHOTOS[1], key)
    new = seen.object("uploads", key)
    assert old is not None
    assert new is not None
    for body in (
        created("uploads", key, new.etag),
        removed("uploads", key),
        created("uploads", key, old.etag),
    ):
        assert webhook.post(body) == 204
    eventually(lambda: seen.are_ready([key]))
    seen.check_whole([key])
    assert seen.record(key)["functions"]["on_upload"]["etag"] == new.etag


def test_an_event_after_the_removal_brings_nothing_back(
    phone: Phone, seen: Seen, webhook: Webhook
) -> None:
    key = _settled(phone, seen)
    etag = seen.delivery("on_upload", key)["content"]
    seen.storage.remove_object(bucket_name="uploads", object_name=key)
    eventually(lambda: seen.state(key) == "removed" and seen.at_rest())
    for body in (created("uploads", key, etag), removed("uploads", key)):
        assert webhook.post(body) == 204
    eventually(seen.at_rest)
    eventually(lambda: seen.check_gone(key))
    assert seen.state(key) == "removed"


def test_a_removal_of_what_never_was_makes_no_record(
    phone: Phone, seen: Seen, webhook: Webhook
) -> None:
    key = phone.form().key
    assert webhook.post(removed("uploads", key)) == 204
    eventually(lambda: seen.delivery("on_upload", key).get("content") == "gone" and seen.at_rest())
    assert seen.record(key) == {}


def test_the_same_bytes_put_again_change_nothing(phone: Phone, seen: Seen) -> None:
    key = _settled(phone, seen)
    record, before = seen.record(key), seen.delivery("on_upload", key)
    phone.send(PHOTOS[0], key)
    after = eventually(lambda: _heard_more(seen, key, before))
    assert after["attempts"] == before["attempts"]
    assert seen.record(key) == record


def test_tags_on_an_upload_change_nothing(phone: Phone, seen: Seen) -> None:
    key = _settled(phone, seen)
    record, before = seen.record(key), seen.delivery("on_upload", key)
    url = seen.storage.get_presigned_url("PUT", "uploads", key, extra_query_params={"tagging": ""})
    tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
    requests.put(url, data=tags, timeout=10).raise_for_status()
    after = eventually(lambda: _heard_more(seen, key, before))
    assert after["attempts"] == before["attempts"]
    assert seen.record(key) == record


NO_EVENTS = {
    "nothing": b"",
    "no JSON": b"hello",
    "not UTF-8": b"\xff\xfe\x00",
    "an empty object": b"{}",
    "a list": b"[1, 2]",
    "null": b"null",
    "records of another kind": b'{"Records": [{"kind": "fish"}]}',
    "records that are none": b'{"Records": 7}',
    "a number for a name": b'{"Records": [{"eventName": 3}]}',
    "too deep": b"[" * 100_000,
    "too long": b'{"Records": "' + b"x" * 2_000_000,
    "another bucket": created("images", "somewhere/else.jpg", "abc"),
    "no key": created("uploads", "", "abc"),
    "no UTF-8 in the key": created("uploads", "c/PLACE", "abc").replace(b"PLACE", b"%ff"),
}


@pytest.mark.parametrize("what", NO_EVENTS)
def test_a_body_that_is_no_event_is_parked_and_the_next_event_goes_on(
    what: str, phone: Phone, seen: Seen, webhook: Webhook, mongo_root: Documents
) -> None:
    body = NO_EVENTS[what]
    inbox = mongo_root["inbox.on_upload"]
    before = inbox.count_documents({"code": "not-an-event"})
    assert webhook.post(body) == 204
    assert webhook.post(body) == 204
    parked = inbox.find({"code": "not-an-event"}).sort("opened_at", -1)[0]
    assert inbox.count_documents({"code": "not-an-event"}) == before + 1
    assert parked["state"] == "parked"
    assert parked["body"] == body[: len(parked["body"])]
    assert parked["heard"] == 2
    assert parked["reason"]
    key = phone.send()
    eventually(lambda: seen.are_ready([key]))


def _settled(phone: Phone, seen: Seen) -> str:
    """A photo that is ready, every event of it heard by both ways."""
    key = phone.send(PHOTOS[0])
    eventually(lambda: seen.are_ready([key]))
    eventually(lambda: len(_contents_heard(seen, key)) == 2, says="both ways told of the photo")
    return key


def _heard_more(seen: Seen, key: str, before: Document) -> Document | None:
    delivery = seen.delivery("on_upload", key)
    more = len(delivery["events"]) == len(before["events"]) + 2
    return delivery if more and seen.at_rest() else None


def _contents_heard(seen: Seen, key: str) -> list[str]:
    return [event["content"] for event in seen.delivery("on_upload", key).get("events", [])]
