"""POST /collections/{c}/predict: a picture goes through to classify, and nothing stays."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from infra import supervised
from infra.layout import Stack
from infra.lifecycle import ready
from tests.documents import Documents
from tests.person import Person, problem_of

SAMPLES = Path(__file__).parents[1] / "samples"
SHIRT = (SAMPLES / "clothes/t-shirt/0e9dc3b7-f9de-4bc0-8ec1-8f442b4dcba4.jpg").read_bytes()
JPEG = {"Content-Type": "image/jpeg"}


@pytest.fixture(scope="module")
def vera(stack: Stack, mongo_root: Documents) -> Person:
    """Somebody with an account on the whole stack."""
    return Person.new(stack, mongo_root)


@pytest.fixture(scope="module")
def path(vera: Person, mongo_root: Documents) -> str:
    """Where a collection is asked in which she may only look."""
    made = vera.post("/collections", {"name": "Shirts"}).json()["id"]
    own = {"_id": made}
    mongo_root["collections"].update_one(own, {"$set": {f"members.{vera.name}": "viewer"}})
    return f"/collections/{made}/predict"


def in_blocks(data: bytes) -> Iterator[bytes]:
    """A body whose length nobody tells beforehand."""
    yield from (data[at : at + 10_000] for at in range(0, len(data), 10_000))


def test_a_picture_is_named_whichever_way_it_comes(
    vera: Person, path: str, mongo_root: Documents
) -> None:
    text = base64.b64encode(SHIRT).decode()
    ways: list[dict[str, Any]] = [
        {"data": SHIRT, "headers": JPEG},
        {"data": in_blocks(SHIRT), "headers": JPEG},
        {"data": SHIRT, "headers": {"Content-Type": "application/octet-stream"}},
        {"files": {"file": ("shirt.jpg", SHIRT)}},
        {"json": {"image_base64": text}},
        {"json": {"image_base64": f"data:image/jpeg;base64,{text}"}},
    ]
    answers = [vera.call("POST", path, **way) for way in ways]
    assert [answer.status_code for answer in answers] == [200] * 6
    told = answers[0].json()
    assert all(answer.json() == told for answer in answers)
    assert told["top"][0] == {"category": "jersey", "confidence": told["confidence"]}
    assert told["findings"][0]["category"] == told["category"]
    assert told["model"].startswith("general")
    collection = path.split("/")[2]
    assert mongo_root["photos"].find_one({"collection": collection}) is None


def test_a_body_that_holds_no_picture_gets_classifys_own_words(vera: Person, path: str) -> None:
    pdf = (SAMPLES / "odd" / "document.pdf").read_bytes()
    wrong: list[tuple[dict[str, Any], tuple[int, str]]] = [
        ({"data": pdf, "headers": JPEG}, (422, "pdf")),
        ({"data": b"", "headers": JPEG}, (422, "empty")),
        ({"data": b"hello", "headers": {"Content-Type": "text/plain"}}, (415, "unsupported-type")),
        ({"json": {"picture": "x"}}, (422, "wrong-field")),
        ({"files": {"picture": b"x"}}, (400, "no-file")),
    ]
    assert [problem_of(vera.call("POST", path, **way)) for way, _ in wrong] == [
        code for _, code in wrong
    ]


def test_fifty_megabytes_are_the_most(vera: Person, path: str) -> None:
    most = bytes(50_000_000)
    fits = vera.call("POST", path, data=most, headers=JPEG)
    assert problem_of(fits) == (422, "not-a-picture")
    large = vera.call("POST", path, data=most + b"x", headers=JPEG)
    assert problem_of(large) == (413, "too-many-bytes")
    chunked = vera.call("POST", path, data=iter([most, b"x"]), headers=JPEG)
    assert problem_of(chunked)[0] == 413


def test_strangers_and_those_who_are_not_signed_in_get_no_answer(
    stack: Stack, mongo_root: Documents, path: str
) -> None:
    stranger = Person.new(stack, mongo_root)
    assert problem_of(stranger.call("POST", path, data=SHIRT, headers=JPEG)) == (404, "not-found")
    nobody = requests.post(f"{stack.url('api')}{path}", data=SHIRT, headers=JPEG, timeout=30)
    assert problem_of(nobody) == (401, "not-signed-in")


def test_the_document_names_the_three_bodies(vera: Person) -> None:
    document = vera.get("/openapi.json").json()
    operation = document["paths"]["/collections/{collection}/predict"]["post"]
    assert set(operation["requestBody"]["content"]) == {
        "image/*",
        "application/octet-stream",
        "multipart/form-data",
        "application/json",
    }


def test_while_classify_is_away_the_caller_is_asked_to_come_again(
    stack: Stack, vera: Person, path: str
) -> None:
    supervised.call(stack.folder, "stopProcess", "classify")
    try:
        answer = vera.call("POST", path, data=SHIRT, headers=JPEG)
        assert problem_of(answer) == (503, "not-ready")
        assert int(answer.headers["Retry-After"]) > 0
    finally:
        supervised.call(stack.folder, "startProcess", "classify")
        ready(stack, "classify")
