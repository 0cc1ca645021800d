"""User metadata on its way through HTTP headers."""

from email.header import Header

from hypothesis import given
from hypothesis import strategies as st

from functions.runtime.metadata import PREFIX, decoded, encoded

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=100)


@given(TEXTS)
def test_every_text_comes_back_as_it_was(text: str) -> None:
    headers = {f"{PREFIX}{name}": value for name, value in encoded({"label": text}).items()}
    assert decoded(headers) == {"label": text}


@given(TEXTS)
def test_what_travels_is_printable_ascii(text: str) -> None:
    value = encoded({"label": text})["label"]
    assert value.isascii()
    assert all(character.isprintable() for character in value)


def test_plain_text_of_other_tools_is_read_too() -> None:
    assert decoded({"X-Amz-Meta-Filename": Header("violão.jpg", "utf-8").encode()}) == {
        "filename": "violão.jpg"
    }


def test_a_percent_sign_that_encodes_nothing_stays() -> None:
    assert decoded({"x-amz-meta-label": "100%"}) == {"label": "100%"}


def test_other_headers_are_left_out() -> None:
    assert decoded({"Content-Type": "image/jpeg"}) == {}


def test_words_that_no_text_can_hold_are_replaced() -> None:
    assert decoded({"x-amz-meta-filename": "=?utf-7?q?+2AA-?="}) == {"filename": "?"}
