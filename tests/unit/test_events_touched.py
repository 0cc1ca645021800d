"""What a line of Mongo's change stream says, as different servers put it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bson import Timestamp

from functions.api.events.change import Kind
from functions.api.events.moment import id_at, id_of, is_kept, time_of
from functions.api.events.touched import Touched

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def line(source: str, operation: str, **told: Any) -> dict[str, Any]:
    """A line of the change stream about the document `it`."""
    return {
        "operationType": operation,
        "ns": {"db": "colecionador", "coll": source},
        "documentKey": {"_id": "it"},
        "clusterTime": Timestamp(int(AT.timestamp()), 3),
        **told,
    }


def update(source: str, set_: dict[str, Any], *taken: str, **more: Any) -> dict[str, Any]:
    """A line about an update."""
    told = {"updatedFields": set_, "removedFields": list(taken), **more}
    return line(source, "update", updateDescription=told)


def test_a_new_record_tells_all_that_people_are_told() -> None:
    record = {"_id": "it", "collection": "shells", "state": "expected", "key": "shells/it"}
    touched = Touched.by(line("photos", "insert", fullDocument=record))
    assert touched == Touched(Kind.PHOTO, "it", AT, "shells", {"state": "expected"})


def test_only_what_people_are_told_of_counts() -> None:
    assert Touched.by(update("photos", {"functions.augment": {}, "image_etag": "x"})) is None
    assert Touched.by(update("collections", {"counts.ready": 3})) is None
    touched = Touched.by(update("photos", {"label": "whelk", "labelled_at": AT}))
    assert touched
    assert touched.values == {"label": "whelk"}
    assert not touched.names


def test_a_field_that_was_taken_away_is_null() -> None:
    touched = Touched.by(update("photos", {}, "category", "features"))
    assert touched
    assert touched.values == {"category": None}


@pytest.mark.parametrize(
    "told",
    [
        update("photos", {"pending.1": "augment"}),
        update("photos", {}, "pending.1"),
        update("photos", {}, truncatedArrays=[{"field": "pending", "newSize": 1}]),
    ],
)
def test_a_field_that_changed_in_part_is_looked_up(told: dict[str, Any]) -> None:
    touched = Touched.by(told)
    assert touched
    assert not touched.values
    assert touched.names == {"pending"}


def test_of_what_is_deleted_only_collections_are_told() -> None:
    assert Touched.by(line("photos", "delete")) is None
    touched = Touched.by(line("collections", "delete"))
    assert touched
    assert touched.gone


def test_ids_sort_by_time_and_tell_it() -> None:
    second = int(AT.timestamp())
    ids = [id_of(Timestamp(second, 1), 0), id_of(Timestamp(second, 1), 1),
           id_of(Timestamp(second, 16), 0), id_of(Timestamp(second + 1, 1), 0)]  # fmt: skip
    assert ids == sorted(ids)
    assert id_at(AT) < ids[0]
    assert time_of(ids[0]) == AT


@pytest.mark.parametrize(
    ("since", "kept"),
    [
        (id_at(AT), True),
        (id_at(AT.replace(day=2, hour=13)), False),
        (id_at(AT.replace(month=4, day=30, hour=11)), False),
        ("", False),
        ("x" * 20, False),
        (id_at(AT) + "0", False),
        (id_at(AT).replace("0", "０"), False),
    ],
)
def test_an_id_is_kept_for_a_day(since: str, kept: bool) -> None:
    assert is_kept(since, AT) == kept
