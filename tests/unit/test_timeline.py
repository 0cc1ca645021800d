"""The timeline of a photo, without a server."""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.runtime.storage import ObjectStat
from functions.runtime.timeline import Entry, of_record, of_row, timeline

AT = datetime(2026, 11, 21, 9, 34, 40, 123456, UTC)
LATER = AT + timedelta(seconds=2)


def test_an_attempt_tells_its_time_its_reason_and_the_version_that_left_the_mark() -> None:
    row = {
        "state": "parked",
        "events": [{"at": AT, "content": "0123456789", "news": True},
                   {"at": AT, "content": "0123456789", "news": False}],
        "attempts": [{"at": AT, "ended": LATER, "outcome": "died"},
                     {"at": AT, "ended": LATER, "outcome": "rejected", "token": 7,
                      "code": "pdf", "reason": "This is a PDF."}],
    }  # fmt: skip
    entries = list(of_row("on_upload", row, {"on_upload": {"token": 7, "version": "abc"}}))
    assert entries == [
        Entry(AT, "on_upload", "event", reason="etag 01234567"),
        Entry(AT, "on_upload", "same event", reason="etag 01234567"),
        Entry(AT, "on_upload", "died", 2),
        Entry(AT, "on_upload", "rejected", 2, "abc", "pdf", "This is a PDF."),
    ]


def test_an_open_delivery_tells_when_it_is_due() -> None:
    entries = list(of_row("augment", {"state": "waiting", "due": AT}, {}))
    assert entries == [Entry(AT, "augment", "waiting", reason="due")]


def test_a_hand_out_and_a_removal_stand_in_the_timeline() -> None:
    record = {"uploaded_at": AT, "form_expires_at": AT, "removed_at": AT}
    assert [entry.what for entry in of_record(record)] == ["expected", "removed"]


def test_the_last_word_of_a_function_stays_when_its_delivery_is_forgotten() -> None:
    record = {"functions": {"classify": mark(7, "done"), "augment": mark(3, "failed")}}
    told = timeline(record, None, {})
    assert told == [
        Entry(LATER, "classify", "done", version="v1"),
        Entry(LATER, "augment", "failed", version="v1"),
    ]


def test_an_attempt_and_the_mark_it_left_are_one_entry() -> None:
    attempt = {"at": AT, "ended": LATER, "outcome": "done", "token": 7}
    row = {"state": "done", "attempts": [attempt]}
    told = timeline({"functions": {"classify": mark(7, "done")}}, None, {"classify": row})
    assert told == [Entry(AT, "classify", "done", 2, "v1")]


def test_a_timeline_is_in_order_whoever_tells() -> None:
    stored = ObjectStat("uploads", "c/p", "0123456789", 5, AT + timedelta(seconds=1), {})
    record = {
        "uploaded_at": AT,
        "form_expires_at": LATER,
        "functions": {"on_upload": mark(1, "done")},
    }
    told = timeline(record, stored, {})
    assert [entry.who for entry in told] == ["hand-out", "storage", "on_upload"]
    assert told[1].reason == "5 bytes, etag 01234567"


def mark(token: int, state: str) -> dict[str, Any]:
    """What a function left in a record."""
    return {"token": token, "at": LATER, "state": state, "version": "v1", "etag": "e"}
