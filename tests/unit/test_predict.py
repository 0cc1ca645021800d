"""POST /predict: the ways a photo may come in, and what is answered when it does not."""

import base64
import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Semaphore
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from werkzeug.test import TestResponse

from functions.classify.model import Loader, Model
from functions.classify.predict import AT_ONCE, predict_routes
from functions.pictures.budget import PixelBudget
from functions.pictures.jpeg import image_jpeg
from functions.pictures.photo import Limits, open_photo
from functions.runtime.faults import Rejected
from functions.runtime.follower import Follower
from functions.runtime.models import Models
from scheduler.publish import publish_shipped
from tests.unit.bucket import MemoryBucket

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SAMPLES = Path(__file__).parents[1] / "samples"
SHIRT = SAMPLES / "clothes/t-shirt/0e9dc3b7-f9de-4bc0-8ec1-8f442b4dcba4.jpg"
PDF = SAMPLES / "odd/document.pdf"


def client_of(bucket: MemoryBucket) -> FlaskClient:
    """A client of an application that has the route alone."""
    models = Models(bucket)
    app = Flask("classify")
    app.register_blueprint(predict_routes(Follower(models, Loader(models)), PixelBudget()))
    return app.test_client()


@pytest.fixture(scope="module")
def client(shipped_folders: list[Path]) -> FlaskClient:
    """A client that the built-in model answers."""

    bucket = MemoryBucket()
    publish_shipped(bucket, shipped_folders)
    return client_of(bucket)


def as_raw(client: FlaskClient, data: bytes) -> TestResponse:
    return client.post("/predict", data=data, content_type="image/jpeg")


def as_bytes_of_no_type(client: FlaskClient, data: bytes) -> TestResponse:
    return client.post("/predict", data=data)


def as_form(client: FlaskClient, data: bytes) -> TestResponse:
    return client.post("/predict", data={"file": (io.BytesIO(data), "photo.jpg")})


def as_json(client: FlaskClient, data: bytes) -> TestResponse:
    return client.post("/predict", json={"image_base64": base64.b64encode(data).decode()})


def as_json_in_lines(client: FlaskClient, data: bytes) -> TestResponse:
    return client.post("/predict", json={"image_base64": base64.encodebytes(data).decode()})


def as_data_url(client: FlaskClient, data: bytes) -> TestResponse:
    url = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
    return client.post("/predict", json={"image_base64": url})


WAYS = [as_raw, as_bytes_of_no_type, as_form, as_json, as_json_in_lines, as_data_url]
Way = Callable[[FlaskClient, bytes], TestResponse]


def stored(data: bytes) -> bytes:
    """The image that on_upload would store."""
    with open_photo(data, Limits(), PixelBudget()) as photo:
        return image_jpeg(photo.image)


def as_an_upload(general: Model, data: bytes) -> str:
    """The category the photo gets as an upload, or the code of its refusal."""
    try:
        return general.look(stored(data)).answer.category
    except Rejected as refusal:
        return refusal.code


@pytest.mark.parametrize("way", WAYS)
def test_a_photo_is_named_whichever_way_it_comes(
    client: FlaskClient, general: Model, way: Way
) -> None:
    response = way(client, SHIRT.read_bytes())
    assert response.status_code == 200
    answer = general.look(stored(SHIRT.read_bytes())).answer
    with Image.open(io.BytesIO(stored(SHIRT.read_bytes()))) as image:
        box = [0, 0, *image.size]
    said = {"category": "jersey", "confidence": answer.confidence}
    assert response.json == {
        **said,
        "model": general.version,
        "findings": [{"id": "whole", "box": box, "label": None, **said}],
        "top": [{"category": g.category, "confidence": g.confidence} for g in answer.top],
    }


@pytest.mark.parametrize("way", WAYS)
def test_a_file_that_is_refused_says_why_whichever_way_it_comes(
    client: FlaskClient, way: Way
) -> None:
    response = way(client, PDF.read_bytes())
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert response.json
    assert response.json["code"] == "pdf"
    assert response.json["status"] == 422
    assert response.json["detail"].startswith("This is a PDF")


@pytest.mark.parametrize("path", sorted((SAMPLES / "odd").iterdir()), ids=lambda path: path.name)
def test_an_odd_file_gets_the_verdict_and_category_it_gets_as_an_upload(
    client: FlaskClient, general: Model, path: Path
) -> None:
    response = as_bytes_of_no_type(client, path.read_bytes())
    said = response.json
    assert said
    assert response.status_code in (200, 422)
    verdict = said["category" if response.status_code == 200 else "code"]
    assert verdict == as_an_upload(general, path.read_bytes())


def problem_of(response: TestResponse) -> tuple[int, str]:
    """Status and code of a problem."""
    assert response.content_type == "application/problem+json"
    assert response.json
    assert {"type", "title", "status", "code", "detail"} <= response.json.keys()
    return response.status_code, response.json["code"]


@pytest.mark.parametrize(
    ("kind", "data", "status", "code"),
    [
        ("text/plain", b"hello", 415, "unsupported-type"),
        ("application/pdf", b"%PDF-1.7", 415, "unsupported-type"),
        ("application/x-www-form-urlencoded", b"file=1", 415, "unsupported-type"),
        ("application/json", b"{", 400, "not-json"),
        ("application/json", b"\xff\xfe", 400, "not-json"),
        ("application/json", b"[" * 100_000, 400, "not-json"),
        ("application/json", b"[]", 422, "wrong-field"),
        ("application/json", b"{}", 422, "wrong-field"),
        ("application/json", b'{"image_base64": 7}', 422, "wrong-field"),
        ("application/json", b'{"image_base64": "?"}', 400, "not-base64"),
        ("application/json", b'{"image_base64": "\\ud800"}', 400, "not-base64"),
        ("application/json", b'{"image_base64": "data:image/png,abc"}', 400, "not-base64"),
        ("application/json", b'{"image_base64": "data:"}', 400, "not-base64"),
        ("application/json", b'{"image_base64": ""}', 422, "empty"),
        ("multipart/form-data", b"", 400, "no-file"),
        ("multipart/form-data; boundary=x", b"--x\r\nrubbish", 400, "no-file"),
        ("image/jpeg", b"", 422, "empty"),
        ("image/jpeg", b"rubbish", 422, "not-a-picture"),
    ],
)
def test_a_body_that_holds_no_photo_is_a_problem_with_a_code(
    client: FlaskClient, kind: str, data: bytes, status: int, code: str
) -> None:
    response = client.post("/predict", data=data, content_type=kind)
    assert problem_of(response) == (status, code)


def test_a_text_field_called_file_is_no_file(client: FlaskClient) -> None:
    form = {"content_type": "multipart/form-data", "data": {"file": "x"}}
    assert problem_of(client.post("/predict", **form)) == (400, "no-file")


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("", 50_000_000),
        ("image/jpeg", 50_000_000),
        ("multipart/form-data; boundary=x", 50_100_000),
        ("application/json", 66_766_666),
    ],
)
def test_too_many_bytes_are_refused_by_the_length_the_request_tells(
    client: FlaskClient, kind: str, most: int
) -> None:
    def lying(length: int) -> TestResponse:
        told = {"CONTENT_LENGTH": str(length)}
        return client.post("/predict", content_type=kind, environ_overrides=told)

    assert problem_of(lying(most + 1)) == (413, "too-many-bytes")
    assert lying(most).status_code != 413


def test_a_form_with_too_much_beside_the_file_is_told_so(client: FlaskClient) -> None:
    note = b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"n" * 1_000_000
    form = {"data": note + b"\r\n--x--", "content_type": "multipart/form-data; boundary=x"}
    response = client.post("/predict", **form)
    assert problem_of(response) == (413, "too-many-bytes")
    assert response.json
    assert response.json["detail"] == "The form holds too much beside the file."


@pytest.mark.parametrize("collection", ["", "ab", "UPPER", "../general", "x" * 41, "é" * 5])
def test_a_name_that_no_collection_can_have_is_not_found(
    client: FlaskClient, collection: str
) -> None:
    response = client.post(
        "/predict", query_string={"collection": collection}, data=SHIRT.read_bytes()
    )
    assert problem_of(response) == (404, "not-found")


def test_a_collection_without_a_model_is_answered_by_general(
    client: FlaskClient, general: Model
) -> None:
    response = client.post("/predict?collection=violets", data=SHIRT.read_bytes())
    assert response.json
    assert response.json["model"] == general.version


def test_without_a_model_the_caller_is_asked_to_come_back() -> None:
    response = as_raw(client_of(MemoryBucket()), SHIRT.read_bytes())
    assert problem_of(response) == (503, "not-ready")
    assert int(response.headers["Retry-After"]) > 0


class Held(io.BytesIO):
    """A body that has begun to come, and comes on when it is let go."""

    def __init__(self, data: bytes, began: Semaphore, go: Event) -> None:
        super().__init__(data)
        self._began = began
        self._go = go

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        self._began.release()
        assert self._go.wait(30)
        return super().readinto(buffer)


def test_slow_senders_leave_threads_to_others(client: FlaskClient) -> None:
    began, go, photo = Semaphore(0), Event(), SHIRT.read_bytes()

    def slowly() -> TestResponse:
        body = Held(photo, began, go)
        return client.application.test_client().post(
            "/predict", input_stream=body, content_length=len(photo), content_type="image/jpeg"
        )

    with ThreadPoolExecutor(AT_ONCE) as senders:
        slow = [senders.submit(slowly) for _ in range(AT_ONCE)]
        assert all(began.acquire(timeout=30) for _ in slow)
        one_more = as_raw(client, photo)
        go.set()
    assert problem_of(one_more) == (503, "not-ready")
    assert int(one_more.headers["Retry-After"]) > 0
    assert [one.result().status_code for one in slow] == [200] * AT_ONCE
    assert as_raw(client, photo).status_code == 200


KINDS = st.sampled_from(
    [
        "",
        "image/jpeg",
        "image/\x7f",
        "application/json",
        "application/json; charset=utf-16",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        "nonsense",
    ]
)
FORMS = st.builds(
    lambda head, data: b"--x\r\nContent-Disposition: " + head + b"\r\n\r\n" + data + b"\r\n--x--",
    st.binary(max_size=60) | st.just(b'form-data; name="file"; filename="a"'),
    st.binary(max_size=200),
)
FIELDS = st.builds(
    lambda text: json.dumps({"image_base64": text}).encode(),
    st.text() | st.builds(lambda data: base64.b64encode(data).decode(), st.binary()),
)
CUT = st.integers(0, SHIRT.stat().st_size).map(lambda end: SHIRT.read_bytes()[:end])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(KINDS, st.binary(max_size=300) | FORMS | FIELDS | CUT)
def test_no_body_makes_it_fail(client: FlaskClient, kind: str, data: bytes) -> None:
    response = client.post("/predict", data=data, content_type=kind)
    assert response.status_code < 500
    if response.status_code != 200:
        assert problem_of(response)[0] == response.status_code
