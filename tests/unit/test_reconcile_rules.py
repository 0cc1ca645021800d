"""What reconcile finds missing of one photo, given what stands in every place."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.runtime.event import GONE
from functions.runtime.photo import PhotoRef, photo_of_upload
from functions.runtime.rules import LOOK_AGAIN
from functions.runtime.storage import ObjectStat
from scheduler.reconcile_photo import Ask, Photo, Reason
from scheduler.reconcile_rules import asks_for, still_due, unfinished

AT = datetime(2026, 1, 1, tzinfo=UTC)
WIRED = ("on_upload", "augment", "classify")
REF = PhotoRef("c", "019b76da-a800-7000-8000-000000000001")
UPLOAD = f"c/{REF.id}"


def stat(bucket: str, key: str, etag: str, source: str | None = None) -> ObjectStat:
    return ObjectStat(bucket, key, etag, 1, AT, {"source-etag": source} if source else {})


def mark(etag: str, state: str = "done") -> dict[str, Any]:
    return {"etag": etag, "state": state, "at": AT}


def record(**other: Any) -> dict[str, Any]:
    marks = {"on_upload": mark("u1"), "augment": mark("i1"), "classify": mark("i1")}
    return {
        "_id": REF.id, "collection": "c", "key": UPLOAD, "state": "ready", "pending": [],
        "uploaded_at": AT, "image_etag": "i1", "variants": ["a", "b"], "functions": marks, **other,
    }  # fmt: skip


WHOLE = Photo(
    REF,
    upload=stat("uploads", UPLOAD, "u1"),
    image=stat("images", REF.image, "i1", "u1"),
    thumbnail=stat("thumbnails", REF.image, "t1", "u1"),
    variants={"a": "i1", "b": "i1"},
    record=record(),
    feature="i1",
)
TOMBSTONE = {"_id": REF.id, "collection": "c", "state": "removed", "removed_at": AT}


def asked(photo: Photo) -> list[tuple[str, str, str]]:
    return [(ask.function, ask.content, ask.reason.value) for ask in asks_for(photo, WIRED)]


def with_mark(function: str, said: dict[str, Any] | None, **other: Any) -> Photo:
    marks = {**record()["functions"], function: said}
    kept = {name: value for name, value in marks.items() if value}
    return replace(WHOLE, record=record(functions=kept, **other))


def test_a_whole_photo_is_left_alone() -> None:
    assert asked(WHOLE) == []


@pytest.mark.parametrize(
    "photo",
    [
        replace(WHOLE, record=None),
        replace(WHOLE, record=record(state="expected", functions={})),
        with_mark("on_upload", None),
        with_mark("on_upload", mark("u0")),
        with_mark("on_upload", mark("u1", "received")),
        replace(WHOLE, record=record(key="c/another")),
    ],
)
def test_an_upload_its_record_does_not_tell_of_goes_to_on_upload(photo: Photo) -> None:
    assert asked(photo) == [("on_upload", "u1", Reason.NOT_RECORDED)]


def test_bytes_of_a_removed_photo_go_to_on_upload() -> None:
    photo = Photo(REF, upload=WHOLE.upload, record=TOMBSTONE)
    assert asked(photo) == [("on_upload", "u1", Reason.OF_REMOVED_PHOTO)]


def test_a_record_that_lost_its_key_stops_nobody() -> None:
    lost = record()
    del lost["key"]
    keyed = replace(WHOLE, record=lost, upload=None, image=None, thumbnail=None)
    assert asked(keyed) == [("on_upload", GONE, "upload-gone")]
    nameless = PhotoRef("c", "6f0a0e1c-0000-5000-8000-000000000001")
    assert asked(replace(keyed, ref=nameless, variants={}, feature=None)) == []


def test_a_record_whose_upload_is_gone_goes_to_on_upload_under_its_own_key() -> None:
    photo = Photo(REF, record=record(key="c/IMG 1.jpg"))
    (ask,) = asks_for(photo, WIRED)
    assert ask == Ask("on_upload", "uploads", "c/IMG 1.jpg", GONE, Reason.UPLOAD_GONE)


@pytest.mark.parametrize("state", ["expected", "expired", "removed"])
def test_a_photo_that_need_not_be_there_is_not_missed(state: str) -> None:
    assert asked(Photo(REF, record={**TOMBSTONE, "state": state})) == []


@pytest.mark.parametrize(
    ("photo", "reason"),
    [
        (replace(WHOLE, image=None), Reason.IMAGE_MISSING),
        (replace(WHOLE, image=stat("images", REF.image, "i1", "u0")), Reason.IMAGE_MISSING),
        (replace(WHOLE, image=stat("images", REF.image, "i2", "u1")), Reason.IMAGE_MISSING),
        (replace(WHOLE, thumbnail=None), Reason.THUMBNAIL_MISSING),
        (
            replace(WHOLE, thumbnail=stat("thumbnails", REF.image, "t0", "u0")),
            Reason.THUMBNAIL_MISSING,
        ),
    ],
)
def test_an_accepted_photo_without_its_image_or_thumbnail_is_made_again(
    photo: Photo, reason: Reason
) -> None:
    assert asked(photo) == [("on_upload", "u1", reason)]


@pytest.mark.parametrize(
    ("photo", "expected"),
    [
        (with_mark("augment", None), ("augment", "i1", Reason.NOT_SEEN)),
        (with_mark("classify", mark("i0")), ("classify", "i1", Reason.NOT_SEEN)),
        (replace(WHOLE, variants={"a": "i1"}), ("augment", "i1", Reason.VARIANTS_MISSING)),
        (
            replace(WHOLE, variants={"a": "i1", "b": "i0"}),
            ("augment", "i1", Reason.VARIANTS_MISSING),
        ),
        (replace(WHOLE, feature=None), ("classify", "i1", Reason.FEATURE_MISSING)),
        (replace(WHOLE, feature="i0"), ("classify", "i1", Reason.FEATURE_MISSING)),
    ],
)
def test_what_is_missing_behind_an_image_is_asked_of_the_function_that_makes_it(
    photo: Photo, expected: tuple[str, str, str]
) -> None:
    assert asked(photo) == [expected]


def test_a_photo_from_before_a_function_was_wired_is_brought_to_it() -> None:
    asks = list(asks_for(WHOLE, (*WIRED, "sharpen")))
    assert asks == [Ask("sharpen", "images", REF.image, "i1", Reason.NOT_SEEN)]


@pytest.mark.parametrize("function", WIRED)
@pytest.mark.parametrize("state", ["rejected", "failed"])
def test_a_photo_a_function_gave_up_waits_for_a_person(function: str, state: str) -> None:
    etag = "u1" if function == "on_upload" else "i1"
    made: dict[str, Any] = {"image": None, "thumbnail": None, "variants": {}, "feature": None}
    photo = replace(with_mark(function, mark(etag, state)), feature=None, variants={})
    if function == "on_upload":
        photo = replace(photo, **made)
    assert all(ask.function != function for ask in asks_for(photo, WIRED))


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ({"image": WHOLE.image}, ("on_upload", GONE)),
        ({"thumbnail": WHOLE.thumbnail}, ("on_upload", GONE)),
        ({"variants": {"an old name": "i0"}}, ("augment", GONE)),
        ({"feature": "i1"}, ("classify", GONE)),
    ],
)
@pytest.mark.parametrize("known", [None, TOMBSTONE])
def test_what_is_left_without_a_photo_goes_to_the_function_that_made_it(
    left: dict[str, Any], expected: tuple[str, str], known: dict[str, Any] | None
) -> None:
    assert asked(Photo(REF, record=known, **left)) == [(*expected, Reason.ORPHANS)]


def test_what_a_rejected_photo_left_is_taken_away() -> None:
    photo = with_mark("on_upload", mark("u1", "rejected"))
    assert asked(photo) == [("on_upload", GONE, Reason.ORPHANS)]


def test_what_earlier_bytes_left_stays_while_a_failure_on_new_ones_waits_for_a_person() -> None:
    assert asked(with_mark("on_upload", mark("u1", "failed"))) == []


def test_an_image_that_no_key_leads_to_is_left_alone() -> None:
    chosen = photo_of_upload("c/IMG 1.jpg")
    assert asked(Photo(chosen, image=stat("images", chosen.image, "i1", "u1"))) == []


@pytest.mark.parametrize(
    ("pending", "expected"),
    [
        (["on_upload"], [("on_upload", LOOK_AGAIN)]),
        (["augment", "classify"], [("augment", "i1"), ("classify", "i1")]),
    ],
)
def test_an_unfinished_photo_goes_to_those_it_waits_for(
    pending: list[str], expected: list[tuple[str, str]]
) -> None:
    photo = Photo(REF, record=record(pending=pending))
    assert [(ask.function, ask.content) for ask in unfinished(photo)] == expected


Row = dict[str, Any] | None


@pytest.mark.parametrize(
    ("row", "heard"),
    [
        (None, "e1"),
        ({"state": "waiting", "content": "e0"}, None),
        ({"state": "running", "content": "e0"}, None),
        ({"state": "done", "content": "e0"}, "e1"),
        ({"state": "done", "content": "e1"}, LOOK_AGAIN),
        ({"state": "parked", "content": "e0"}, "e1"),
        ({"state": "parked", "content": "e1"}, None),
    ],
)
def test_a_row_is_asked_as_it_has_to_hear_it_and_open_or_parked_ones_are_not_disturbed(
    row: Row, heard: str | None
) -> None:
    due = still_due(Ask("augment", "images", REF.image, "e1", Reason.NOT_SEEN), row)
    assert (due.content if due else None) == heard


def test_a_parked_row_is_not_disturbed_by_one_who_does_not_know_the_object() -> None:
    ask = Ask("on_upload", "uploads", UPLOAD, LOOK_AGAIN, Reason.UNFINISHED)
    assert still_due(ask, {"state": "parked", "content": "e1"}) is None
