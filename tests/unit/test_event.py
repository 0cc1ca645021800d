"""What MinIO's webhooks say, with the keys people choose."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.runtime.event import GONE, NotAnEvent, ObjectEvent, events_of

KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


def body(key: str, name: str = "s3:ObjectCreated:Put", **entity: str) -> bytes:
    """A webhook's body as MinIO sends it: the key URL-encoded in the record."""
    record: dict[str, Any] = {
        "eventName": name,
        "eventTime": "2026-03-01T12:00:00.250Z",
        "s3": {
            "bucket": {"name": "uploads"},
            "object": {"key": quote_plus(key), "eTag": "abc", **entity},
        },
    }
    return json.dumps({"EventName": name, "Key": f"uploads/{key}", "Records": [record]}).encode()


@example("my holiday + photo #1, 100%.jpg")
@given(KEYS)
def test_every_key_comes_through_as_it_was(key: str) -> None:
    at = datetime(2026, 3, 1, 12, 0, 0, 250000, UTC)
    assert events_of(body(key)) == [ObjectEvent("uploads", key, "abc", at)]


def test_a_removal_says_that_the_object_is_gone() -> None:
    (event,) = events_of(body("c/a.jpg", "s3:ObjectRemoved:Delete"))
    assert event.content == GONE


def test_an_etag_in_quotes_is_the_same_etag() -> None:
    (event,) = events_of(body("c/a.jpg", eTag='"abc"'))
    assert event.content == "abc"


def test_a_strange_time_is_no_reason_to_lose_an_event() -> None:
    strange = body("c/a.jpg").replace(b"2026-03-01T12:00:00.250Z", b"yesterday")
    assert events_of(strange)[0].key == "c/a.jpg"


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"hello",
        b"[]",
        b"{}",
        b'{"Records": 7}',
        b'{"Records": [7]}',
        b'{"Records": [{"eventName": null}]}',
        body("", "s3:ObjectCreated:Put"),
        body("c/a.jpg", "s3:BucketCreated:*"),
        body("c/a.jpg", eTag=""),
        body("c/a.jpg").replace(b"c%2Fa.jpg", b"%ff"),
        b"[" * 100_000,
        b"\xff\xfe",
        body("c/a.jpg").replace(b"c%2Fa.jpg", b"\\ud800"),
        body("x" * 1025),
    ],
)
def test_what_is_no_event_is_said_to_be_none(wrong: bytes) -> None:
    with pytest.raises(NotAnEvent):
        events_of(wrong)


@given(st.binary(max_size=300))
def test_any_bytes_are_an_event_or_said_to_be_none(anything: bytes) -> None:
    try:
        events_of(anything)
    except NotAnEvent:
        return


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_beyond_all_calendars_is_no_reason_to_lose_an_event(at: str) -> None:
    far = body("c/a.jpg").replace(b"2026-03-01T12:00:00.250Z", at.encode())
    assert events_of(far)[0].key == "c/a.jpg"


def test_what_is_said_of_a_body_does_not_repeat_it() -> None:
    with pytest.raises(NotAnEvent) as said:
        events_of(b"\xff" * 5000)
    assert len(str(said.value)) < 100
