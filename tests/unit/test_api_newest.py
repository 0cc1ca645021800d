"""Ranges of ids that begin with their time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
import uuid6

from functions.api.newest import FIRST, LAST, id_at, spans, time_of

AT = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [(FIRST, LAST, ""), (id_at(AT - timedelta(days=9)), id_at(AT - timedelta(days=2)), ""),
     (id_at(AT), id_at(AT - timedelta(days=1)), ""), ("uploads/c/", "uploads/c0", "uploads/c/")],
)  # fmt: skip
def test_ranges_lie_side_by_side_and_hold_everything(first: str, last: str, before: str) -> None:
    found = list(spans(first, last, AT, before))
    if first < last:
        assert (found[0]["$lt"], found[-1]["$gte"]) == (last, first)
    for newer, older in pairwise(found):
        assert older["$lt"] == newer["$gte"]
    assert all(span["$gte"] < span["$lt"] for span in found)


def test_the_first_range_is_a_second_and_each_goes_back_further() -> None:
    ends = [AT - timedelta(seconds=seconds) for seconds in (1, 4, 16)]
    assert [span["$gte"] for span in spans(FIRST, LAST, AT)][:3] == [id_at(end) for end in ends]


def test_a_moment_is_the_beginning_of_its_ids() -> None:
    assert id_at(datetime(1, 1, 1, tzinfo=UTC)) == "00000000-0000"
    assert id_at(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == "00000000-03e8"
    latest = datetime.max.replace(tzinfo=UTC)
    assert id_at(AT) < id_at(AT + timedelta(milliseconds=1)) < id_at(latest)


def test_an_id_tells_when_it_was_made() -> None:
    made = uuid6.uuid7()
    assert abs(time_of(UUID(str(made))) - datetime.now(UTC)) < timedelta(minutes=1)
    assert time_of(UUID("ff" * 16)).year == 9999
