"""Forms against real storage: what they let in, and what they don't."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from colecionador.client import FormExpired, NotStored
from colecionador.client.storage import post, posted, session, told
from colecionador.operator import Operator, operator_of
from functions.handout.form import Announced, Form
from functions.handout.handout import HandOut
from functions.runtime.faults import Rejected
from functions.runtime.metadata import encoded
from functions.runtime.photo import PhotoRef, is_photo_id
from functions.runtime.storage import MOST_BYTES, StoredObject
from infra.layout import Stack

HATS = "handed-out-hats"
PICTURE = b"not a picture, but storage does not look"
ANNOUNCED = Announced("hat.jpg", len(PICTURE), "image/jpeg")


@pytest.fixture(scope="module")
def operator(servers: Stack) -> Iterator[Operator]:
    with operator_of(servers.folder) as opened:
        yield opened


def test_a_photo_is_expected_before_its_form_is_used(operator: Operator) -> None:
    form = hand_out(operator)
    record = operator.database["photos"].find_one({"_id": form.photo})
    assert record is not None
    assert is_photo_id(form.photo)
    assert record["state"] == "expected"
    assert record["pending"] == ["on_upload"]
    assert record["key"] == form.fields["key"] == f"{HATS}/{form.photo}"
    assert (record["owner"], record["filename"]) == ("ana", "hat.jpg")
    assert abs(record["form_expires_at"] - form.expires) < timedelta(milliseconds=1)


def test_ids_handed_out_one_after_the_other_are_in_order(operator: Operator) -> None:
    ids = [hand_out(operator).photo for _ in range(20)]
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    "filename", ["hat.jpg", "violão 100%.jpg", "🎩+1 & more #2?.heic", "写真.jpg", " a=b;c\"d'.png"]
)
def test_what_the_form_says_arrives_with_the_photo(operator: Operator, filename: str) -> None:
    label = "Quartz (Var: Amethyst) 100% 🎩"
    announced = replace(ANNOUNCED, filename=filename, label=label, sha256="ab" * 32)
    stored = put(operator, hand_out(operator, announced))
    assert stored.metadata == {
        "owner": "ana",
        "filename": filename,
        "label": label,
        "sha256": "ab" * 32,
    }
    assert stored.type == "image/jpeg"
    assert stored.data == PICTURE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", f"{HATS}/01926a3c-7b1e-7000-8000-000000000001"),
        ("key", "other-hats/hat.jpg"),
        ("x-amz-meta-owner", "eve"),
        ("x-amz-meta-filename", "other.jpg"),
        ("x-amz-meta-label", "cap"),
        ("x-amz-meta-sha256", "00" * 32),
        ("x-amz-meta-more", "never said"),
        ("Content-Type", "text/html"),
        ("success_action_status", "201"),
    ],
)
def test_a_form_that_was_changed_stores_nothing(operator: Operator, field: str, value: str) -> None:
    form = hand_out(operator, replace(ANNOUNCED, label="hat", sha256="ab" * 32))
    changed = replace(form, fields={**form.fields, field: value})
    assert answer_to(changed, PICTURE) == 403
    assert operator.storage.read("uploads", form.fields["key"]) is None


@pytest.mark.parametrize("field", ["x-amz-meta-owner", "x-amz-meta-filename", "Content-Type"])
def test_a_form_with_a_field_left_out_stores_nothing(operator: Operator, field: str) -> None:
    form = hand_out(operator)
    less = {name: value for name, value in form.fields.items() if name != field}
    with requests.Session() as through:
        file = {"file": ("hat.jpg", PICTURE, "image/jpeg")}
        answer = through.post(form.url, data=less, files=file, timeout=30)
    assert answer.status_code == 403


def test_another_kind_of_picture_may_come_than_was_announced(operator: Operator) -> None:
    form = hand_out(operator)
    heic = replace(form, fields={**form.fields, "Content-Type": "image/heic"})
    assert put(operator, heic).type == "image/heic"


def test_an_empty_file_is_refused_by_storage_too(operator: Operator) -> None:
    assert refusal(hand_out(operator), b"") == (400, "EntityTooSmall")


def test_a_byte_more_than_50_mb_is_refused_and_50_mb_are_stored(operator: Operator) -> None:
    form = hand_out(operator)
    assert refusal(form, bytes(MOST_BYTES + 1)) == (400, "EntityTooLarge")
    assert answer_to(form, bytes(MOST_BYTES)) == 204
    operator.storage.remove("uploads", form.fields["key"])


@pytest.mark.parametrize(("size", "code"), [(0, "empty"), (MOST_BYTES + 1, "too-many-bytes")])
def test_a_size_that_storage_would_refuse_is_not_handed_out(
    operator: Operator, size: int, code: str
) -> None:
    with pytest.raises(Rejected) as refused:
        hand_out(operator, replace(ANNOUNCED, size=size))
    assert refused.value.code == code


def test_an_expired_form_is_refused_and_a_fresh_one_stores_the_same_photo(
    operator: Operator,
) -> None:
    late = HandOut.of(operator.database, replace(operator.signer, life=timedelta(seconds=-1)))
    form = late.new(HATS, "ana", ANNOUNCED)
    with pytest.raises(FormExpired), session() as through:
        post(through, form, PICTURE)
    fresh = operator.handout.again(PhotoRef(HATS, form.photo), "ana", ANNOUNCED)
    assert fresh is not None
    assert fresh.photo == form.photo
    assert put(operator, fresh).data == PICTURE


@pytest.mark.parametrize("state", ["received", "ready", "rejected", "failed", "removed"])
def test_a_photo_that_has_come_gets_no_fresh_form(operator: Operator, state: str) -> None:
    form = hand_out(operator)
    operator.database["photos"].update_one({"_id": form.photo}, {"$set": {"state": state}})
    assert operator.handout.again(PhotoRef(HATS, form.photo), "ana", ANNOUNCED) is None


def test_an_expired_hand_out_is_expected_again_with_its_fresh_form(operator: Operator) -> None:
    form = hand_out(operator)
    photos = operator.database["photos"]
    photos.update_one({"_id": form.photo}, {"$set": {"state": "expired"}})
    assert operator.handout.again(PhotoRef(HATS, form.photo), "ana", ANNOUNCED)
    record = photos.find_one({"_id": form.photo})
    assert record is not None
    assert record["state"] == "expected"


def test_a_form_signed_with_another_secret_stores_nothing(operator: Operator) -> None:
    forger = replace(operator.signer, secret="guessed")
    form = HandOut.of(operator.database, forger).new(HATS, "ana", ANNOUNCED)
    assert refusal(form, PICTURE) == (403, "SignatureDoesNotMatch")


def test_the_same_form_twice_leaves_one_object(operator: Operator) -> None:
    form = hand_out(operator)
    put(operator, form)
    put(operator, form)
    assert len(list(operator.storage.list("uploads", form.fields["key"]))) == 1


def test_a_post_is_tried_again_when_storage_is_away_for_a_moment() -> None:
    with storage_that_answers([503, 500, 204]) as (url, seen), session() as through:
        post(through, form_for(url), PICTURE)
    assert len(seen) == 3
    assert len(set(seen)) == 1, "every try sends the whole form"


def test_a_refusal_is_not_tried_again() -> None:
    with storage_that_answers([403, 204]) as (url, seen), session() as through:
        with pytest.raises(NotStored) as refused:
            post(through, form_for(url), PICTURE)
        assert refused.value.code == "403"
        assert len(seen) == 1


def hand_out(operator: Operator, announced: Announced = ANNOUNCED) -> Form:
    return operator.handout.new(HATS, "ana", announced)


def put(operator: Operator, form: Form) -> StoredObject:
    with session() as through:
        post(through, form, PICTURE)
    stored = operator.storage.read("uploads", form.fields["key"])
    assert stored is not None
    return stored


def answer_to(form: Form, picture: bytes) -> int:
    with session() as through:
        return posted(through, form, picture).status_code


def refusal(form: Form, picture: bytes) -> tuple[int, str]:
    with session() as through:
        answer = posted(through, form, picture)
    return answer.status_code, told(answer)[0]


def form_for(url: str) -> Form:
    fields = {"key": "hats/1", "Content-Type": "image/jpeg", **encoded({"owner": "ana"})}
    return Form("1", url, fields, datetime.now(UTC) + timedelta(minutes=1))


@contextmanager
def storage_that_answers(statuses: list[int]) -> Iterator[tuple[str, list[int]]]:
    """A server that gives these answers in turn, and the lengths of the bodies it was sent."""
    seen: list[int] = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(len(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(statuses[len(seen) - 1])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/uploads", seen
        finally:
            server.shutdown()
