"""What a form says, before anybody posts it."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.handout.form import Announced, Form, Signer
from functions.runtime.photo import PhotoRef

PHOTO = PhotoRef("hats", "01926a3c-7b1e-7000-8000-000000000001")
SIGNER = Signer("http://storage.example:9000/", "operator", "not-told")


def test_a_form_goes_to_the_uploads_as_phones_see_them() -> None:
    assert form().url == "http://storage.example:9000/uploads"


def test_a_form_names_one_key_and_no_other() -> None:
    assert ["eq", "$key", f"hats/{PHOTO.id}"] in conditions(form())


def test_a_form_holds_everything_but_the_file() -> None:
    made = form(label="violão", sha256="ab" * 32)
    said = {name.removeprefix("x-amz-meta-"): value for name, value in made.fields.items()}
    assert said["owner"] == "ana"
    assert said["filename"] == "a%20hat.jpg"
    assert said["label"] == "viol%C3%A3o"
    assert said["sha256"] == "ab" * 32
    assert said["Content-Type"] == "image/jpeg"


def test_every_field_of_a_form_stands_in_its_policy() -> None:
    made = form(label="hat")
    promised = {str(name).removeprefix("$") for _, name, *_ in conditions(made)}
    assert set(made.fields) - {"policy", "x-amz-signature"} <= promised


def test_a_form_is_for_one_byte_to_50_mb() -> None:
    assert ["content-length-range", 1, 50_000_000] in conditions(form())


def test_a_form_lives_for_15_minutes() -> None:
    left = form().expires - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


@pytest.mark.parametrize("said", ["application/pdf", "application/octet-stream", "", "text/html"])
def test_what_is_not_called_a_picture_goes_as_bytes_of_any_kind(said: str) -> None:
    assert form(type=said).fields["Content-Type"] == "application/octet-stream"


def test_a_form_says_its_secret_nowhere() -> None:
    assert "not-told" not in repr(SIGNER)
    assert "not-told" not in json.dumps(dict(form().fields))


def test_names_too_long_for_metadata_are_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="too long"):
        form(filename="🎩" * 200)


def form(filename: str = "a hat.jpg", type: str = "image/jpeg", **said: str) -> Form:
    return SIGNER.form(PHOTO, "ana", Announced(filename, 10, type, **said))


def conditions(made: Form) -> list[list[Any]]:
    policy = json.loads(base64.b64decode(made.fields["policy"]))
    conditions: list[list[Any]] = policy["conditions"]
    return conditions
