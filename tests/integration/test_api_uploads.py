"""Hand-outs: what a form says, and what is not handed out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.documents import Documents
from tests.handed import DIGEST, asked, collection_of, hand_out, photo, posted
from tests.person import Person, problem_of


def test_a_hand_out_is_a_whole_form_that_stores_the_photo_as_its_callers(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    answer = asked(hatter, hats, label="  Felt   hat ", sha256=DIGEST)
    form = answer.json()
    assert answer.status_code == 201
    assert form.keys() == {
        "photo", "url", "method", "fields", "expires", "expires_in", "max_bytes"
    }  # fmt: skip
    assert (form["method"], form["max_bytes"]) == ("POST", 50_000_000)
    assert 890 <= form["expires_in"] <= 900
    left = datetime.fromisoformat(form["expires"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    said = {name.removeprefix("x-amz-meta-"): text for name, text in form["fields"].items()}
    assert (said["owner"], said["label"], said["sha256"]) == (hatter.name, "Felt%20hat", DIGEST)
    record = photo(api_root, form["photo"])
    assert (record["state"], record["owner"], record["collection"]) == (
        "expected",
        hatter.name,
        hats,
    )
    assert posted(form).status_code == 204


def test_only_editors_may_hand_out_and_strangers_see_no_collection(
    hatter: Person, ben: Person, hats: str, api_root: Documents
) -> None:
    assert problem_of(asked(ben, hats)) == (404, "not-found")
    shared = collection_of(hatter, api_root, **{ben.name: "viewer"})
    assert problem_of(asked(ben, shared)) == (403, "forbidden")
    api_root["collections"].update_one({"_id": shared}, {"$set": {f"members.{ben.name}": "editor"}})
    assert photo(api_root, hand_out(ben, shared)["photo"])["owner"] == ben.name


@pytest.mark.parametrize(
    ("said", "told", "pointer"),
    [
        ({"size": 0}, (422, "empty"), None),
        ({"size": -1}, (422, "empty"), None),
        ({"size": 50_000_001}, (413, "too-many-bytes"), None),
        ({"size": "40"}, (422, "wrong-field"), "/size"),
        ({"size": True}, (422, "wrong-field"), "/size"),
        ({"filename": ""}, (422, "wrong-field"), "/filename"),
        ({"filename": "a" * 256}, (422, "wrong-field"), "/filename"),
        ({"filename": "hat\n.jpg"}, (422, "wrong-field"), "/filename"),
        ({"filename": "hat\ud800.jpg"}, (422, "wrong-field"), "/filename"),
        ({"filename": "🎩" * 255}, (422, "wrong-field"), "/filename"),
        ({"label": "unknown"}, (422, "wrong-field"), "/label"),
        ({"label": "a" * 65}, (422, "wrong-field"), "/label"),
        ({"label": " "}, (422, "wrong-field"), "/label"),
        ({"sha256": DIGEST.upper()}, (422, "wrong-field"), "/sha256"),
        ({"sha256": DIGEST[1:]}, (422, "wrong-field"), "/sha256"),
        ({"type": "image/jpeg\r\nX: y"}, (422, "wrong-field"), "/type"),
        ({"owner": "eve"}, (422, "wrong-field"), "/owner"),
    ],
)
def test_what_can_not_be_handed_out_is_told_by_field(
    hatter: Person, hats: str, said: dict[str, Any], told: tuple[int, str], pointer: str | None
) -> None:
    answer = asked(hatter, hats, **said)
    assert problem_of(answer) == told
    assert [one["pointer"] for one in answer.json().get("errors", [])] == (
        [pointer] if pointer else []
    )


@pytest.mark.parametrize("filename", ["../../etc/passwd", "..\\..\\a.jpg", "/", "C:\\hat.jpg"])
def test_a_filename_is_never_a_path(
    hatter: Person, hats: str, api_root: Documents, filename: str
) -> None:
    form = hand_out(hatter, hats, filename=filename)
    assert form["fields"]["key"] == f"{hats}/{form['photo']}"
    assert photo(api_root, form["photo"])["filename"] == filename
    assert posted(form).status_code == 204


@pytest.mark.parametrize("said", ["application/octet-stream", "text/html", "", None, "image/heic"])
def test_whatever_a_picker_calls_a_photo_it_comes_as_a_picture_or_as_bytes_of_any_kind(
    hatter: Person, hats: str, said: str | None
) -> None:
    form = hand_out(hatter, hats, type=said)
    expected = said if said == "image/heic" else "application/octet-stream"
    assert form["fields"]["Content-Type"] == expected
    assert posted(form).status_code == 204
