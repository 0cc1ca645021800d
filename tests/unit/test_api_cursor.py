"""Cursors of lists."""

import base64
from datetime import UTC, datetime

import pytest
from pydantic import AwareDatetime

from functions.api.cursor import Cursor
from functions.api.refusals import Wrong

CURSOR = Cursor(tuple[AwareDatetime, str])
KEY = (datetime(2026, 5, 1, 12, 0, 0, 123456, UTC), "violão/1")


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_cursor_gives_back_the_key_it_was_made_of() -> None:
    made = CURSOR.after(KEY)
    assert CURSOR.read(made) == KEY
    assert made.replace("-", "").replace("_", "").isalnum()


def test_the_first_page_has_none() -> None:
    assert CURSOR.read(None) is None


@pytest.mark.parametrize(
    "broken",
    ["", "x", "é", "a b", "!!!!", "\x00", CURSOR.after(KEY) + "A", encoded("null"), encoded("[1]"),
     encoded('["2026-05-01T12:00:00", "no zone"]'), encoded('["2026-05-01T12:00:00Z", {"$gt": 1}]'),
     Cursor(tuple[str]).after(("of another list",))],
)  # fmt: skip
def test_anything_else_is_refused_as_a_wrong_field(broken: str) -> None:
    with pytest.raises(Wrong) as refusal:
        CURSOR.read(broken)
    assert refusal.value.told == {
        "errors": [{"pointer": "/cursor", "detail": "This cursor is not one of this list's."}]
    }
