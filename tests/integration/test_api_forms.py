"""Forms of the api at storage: every answer that docs/uploads.md names."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests

from functions.handout.form import Announced, Signer
from functions.handout.handout import HandOut
from functions.runtime.storage import MOST_BYTES
from infra.environment import REGION
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from tests.documents import Documents
from tests.handed import PICTURE, hand_out, posted, refused
from tests.person import Person

ANNOUNCED = Announced("hat.jpg", len(PICTURE), "image/jpeg")


@pytest.fixture
def form(hatter: Person, hats: str, api: Stack) -> Iterator[Any]:
    """A form as the api hands it out; what it stored is taken away."""
    form = hand_out(hatter, hats, label="Hat", sha256="ab" * 32, filename="a hat.jpg")
    yield form
    storage_client(api).remove_object("uploads", form["fields"]["key"])


def test_a_photo_that_is_stored_is_answered_with_204_and_nothing_else(form: Any) -> None:
    answer = posted(form)
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_form_can_be_used_again_while_it_lives_and_leaves_one_file(form: Any, api: Stack) -> None:
    assert posted(form).status_code == 204
    assert posted(form, b"other bytes").status_code == 204
    [there] = storage_client(api).list_objects("uploads", form["fields"]["key"])
    assert there.size == len(b"other bytes")


def test_the_file_before_the_fields_is_refused_as_malformed(form: Any) -> None:
    assert refused(posted(form, file_first=True)) == (400, "MalformedPOSTRequest")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("key", "somewhere/else.jpg"),
        ("key", "../models/general/current.json"),
        ("x-amz-meta-owner", "eve"),
        ("x-amz-meta-filename", "cap.jpg"),
        ("x-amz-meta-label", "Cap"),
        ("x-amz-meta-sha256", "cd" * 32),
        ("x-amz-meta-more", "never said"),
        ("Content-Type", "text/html"),
        ("Content-Type", "application/octet-stream"),
        ("success_action_status", "201"),
        ("success_action_redirect", "https://eve.example/"),
    ],
)
def test_a_form_with_a_field_changed_or_added_is_refused(
    form: Any, api: Stack, name: str, text: str
) -> None:
    assert refused(posted(form, changed={name: text})) == (403, "AccessDenied")
    assert nothing_is_there(api, form)


@pytest.mark.parametrize(
    "name",
    ["x-amz-meta-owner", "x-amz-meta-filename", "x-amz-meta-label", "x-amz-meta-sha256",
     "Content-Type"],
)  # fmt: skip
def test_a_form_with_a_field_left_out_is_refused(form: Any, api: Stack, name: str) -> None:
    assert refused(posted(form, changed={name: None})) == (403, "AccessDenied")
    assert nothing_is_there(api, form)


def test_a_form_with_one_sign_changed_in_any_field_stores_nothing(form: Any, api: Stack) -> None:
    for name, text in form["fields"].items():
        changed = text[:-1] + ("0" if text[-1] != "0" else "1")
        answer = posted(form, changed={name: changed})
        if name == "Content-Type":
            # Another kind of picture may come than was announced.
            assert answer.status_code == 204
            storage_client(api).remove_object("uploads", form["fields"]["key"])
        else:
            assert answer.status_code in (400, 403), name
            assert nothing_is_there(api, form), name


def test_a_form_after_its_time_is_refused_and_says_so(
    hatter: Person, hats: str, api: Stack, api_root: Documents
) -> None:
    late = replace(signer_of(api), life=timedelta(seconds=-1))
    made = HandOut.of(api_root, late).new(hats, hatter.name, ANNOUNCED)
    answer = posted({"url": made.url, "fields": made.fields})
    assert refused(answer) == (403, "AccessDenied")
    assert "expired" in answer.text


def test_the_same_form_made_in_time_is_taken(
    hatter: Person, hats: str, api: Stack, api_root: Documents
) -> None:
    made = HandOut.of(api_root, signer_of(api)).new(hats, hatter.name, ANNOUNCED)
    assert posted({"url": made.url, "fields": made.fields}).status_code == 204


def test_no_bytes_and_too_many_bytes_are_refused(form: Any, api: Stack) -> None:
    assert refused(posted(form, b"")) == (400, "EntityTooSmall")
    assert refused(posted(form, bytes(MOST_BYTES + 1_000_000))) == (400, "EntityTooLarge")
    assert nothing_is_there(api, form)


def test_bytes_of_any_kind_do_not_become_a_web_page(hatter: Person, hats: str, api: Stack) -> None:
    form = hand_out(hatter, hats, type="text/html", filename="hat.html")
    assert refused(posted(form, changed={"Content-Type": "text/html"})) == (403, "AccessDenied")
    assert posted(form, b"<script>alert(1)</script>").status_code == 204
    there = storage_client(api).stat_object("uploads", form["fields"]["key"])
    assert there.content_type == "application/octet-stream"


def test_only_the_pages_origin_may_read_the_answers_of_storage(form: Any, api: Stack) -> None:
    for origin, told in ((api.public_url, api.public_url), ("https://eve.example", None)):
        asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        for method, headers in (("OPTIONS", asks), ("POST", {"Origin": origin})):
            answer = requests.request(method, form["url"], headers=headers, timeout=30)
            assert answer.headers.get("Access-Control-Allow-Origin") == told


def nothing_is_there(stack: Stack, form: Any) -> bool:
    return not list(storage_client(stack).list_objects("uploads", form["fields"]["key"]))


def signer_of(stack: Stack) -> Signer:
    secret = stack.secrets[name_of("api", "storage_secret")]
    return Signer(stack.public_storage_url, "api", secret, REGION)
