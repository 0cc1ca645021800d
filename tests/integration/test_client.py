"""The client against the running api: uploads that break off, lists, events, errors."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uuid6

from colecionador.client import (
    Client,
    Conflict,
    Later,
    NotFound,
    NotSignedIn,
    Picture,
    Uploaded,
    Wrong,
)
from colecionador.client.line import Line
from colecionador.client.storage import Form
from colecionador.client.uploads import Uploads
from colecionador.operator import operator_of
from functions.handout.form import Announced
from functions.runtime.photo import PhotoRef
from infra.layout import Stack
from infra.wire_storage import storage_client
from tests.documents import Documents
from tests.person import PASSWORD, Person

PICTURE = b"not a picture, but nobody looks"


@pytest.fixture
def client(api: Stack, ana: Person) -> Iterator[Client]:
    """Ana's client, signed in on her own phone."""
    with Client.sign_in(api.url("api"), ana.name, PASSWORD) as signed_in:
        yield signed_in


@pytest.fixture
def hats(client: Client) -> str:
    """The id of a new collection of hers."""
    return str(client.collections.add("Hats")["id"])


def test_a_photo_is_sent_with_its_progress_and_its_names(
    client: Client, api: Stack, hats: str
) -> None:
    told: list[tuple[int, int]] = []
    data = bytes(100_000)
    sent = client.uploads.send(
        hats, data, "🎩 100%.heic", "a hat", progress=lambda done, whole: told.append((done, whole))
    )
    whole = told[-1][1]
    assert whole > len(data)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (whole, whole)
    assert len(told) > 3
    with storage_client(api).get_object("uploads", f"{hats}/{sent.photo}") as there:
        assert there.read() == data
        assert there.headers["Content-Type"] == "image/heic"
    record = client.photos.get(sent.photo)
    assert (record["filename"], record["state"]) == ("🎩 100%.heic", "expected")


def test_a_form_that_is_over_is_replaced_and_its_photo_stored(
    client: Client, api: Stack, hats: str
) -> None:
    late = LateAtFirst(Line(api.url("api"), client.token), 1)
    late.stack = api
    sent = late.send(hats, PICTURE, "hat.jpg")
    late.close()
    assert late.over == [sent.photo]
    assert storage_client(api).stat_object("uploads", f"{hats}/{sent.photo}").size == len(PICTURE)


def test_a_batch_sent_again_doubles_nothing_and_a_bad_file_stops_no_other(
    client: Client, api_root: Documents, hats: str, tmp_path: Path
) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "empty.jpg").touch()
    paths = [*sorted(tmp_path.iterdir()), tmp_path / "gone.jpg"]
    first, again = ({one.path.name: one for one in client.uploads.send_all(hats, paths)}
                    for _ in range(2))  # fmt: skip
    assert {name: one.code for name, one in first.items()} == {
        "a.jpg": "", "b.jpg": "", "empty.jpg": "empty", "gone.jpg": "unreadable",
    }  # fmt: skip
    assert [one.photo for one in first.values()].count(None) == 2
    assert {name: one.photo for name, one in again.items()} == {
        name: one.photo for name, one in first.items()
    }
    assert api_root["photos"].count_documents({"collection": hats}) == 2


def test_a_list_goes_on_over_all_its_pages(
    client: Client, api_root: Documents, ana: Person, hats: str
) -> None:
    ids = {str(uuid6.uuid7()) for _ in range(205)}
    api_root["photos"].insert_many(
        {"_id": one, "collection": hats, "key": f"{hats}/{one}", "owner": ana.name,
         "state": "received", "pending": ["classify"], "uploaded_at": datetime.now(UTC),
         "functions": {}, "schema": 1}
        for one in ids
    )  # fmt: skip
    listed = [record["id"] for record in client.photos.all(hats)]
    assert len(listed) == len(ids)
    assert set(listed) == ids


def test_events_are_heard_and_taken_up_after_the_last_one(client: Client, hats: str) -> None:
    with client.events(patience=20) as events:
        client.collections.change(hats, name="Caps")
        heard = next(iter(events))
    assert (heard.kind, heard.told["collection"]) == ("collection", hats)
    client.collections.change(hats, name="Bonnets")
    with client.events(after=heard.id, patience=20) as events:
        missed = next(iter(events))
    assert (missed.kind, missed.told["collection"]) == ("collection", hats)
    assert missed.id != heard.id


def test_waiting_for_photos_ends_when_nothing_happens_to_them(
    client: Client, api_root: Documents, hats: str
) -> None:
    over, open_ = (client.uploads.send(hats, one, "hat.jpg").photo for one in (b"1", b"2"))
    api_root["photos"].update_one({"_id": over}, {"$set": {"state": "ready"}})
    gone = str(uuid6.uuid7())
    ended = {one["id"]: one["state"] for one in client.photos.ended([over, open_, gone], 0.5)}
    assert ended == {over: "ready", gone: "removed"}


def test_what_is_refused_tells_its_code_and_the_fields_that_are_wrong(
    client: Client, hats: str
) -> None:
    with pytest.raises(NotFound) as unseen:
        client.photos.get("01926a3c-7b1e-7000-8000-000000000001")
    assert (unseen.value.status, unseen.value.code) == (404, "not-found")
    with pytest.raises(Wrong) as wrong:
        client.collections.add("Hats", recogniser="whole")
    assert wrong.value.code == "wrong-field"
    assert [one["pointer"] for one in wrong.value.errors] == ["/recogniser"]


def test_a_commit_without_its_file_is_refused_until_the_file_is_there(
    client: Client, hats: str
) -> None:
    form = client.uploads.hand_out(hats, Picture(PICTURE, "hat.jpg"))
    assert isinstance(form, Form)
    with pytest.raises(Conflict) as refused:
        client.uploads.commit(form.photo)
    assert refused.value.code == "not-uploaded"
    assert client.uploads.send(hats, PICTURE, "hat.jpg").photo == form.photo
    assert client.uploads.commit(form.photo)["id"] == form.photo


def test_a_wrong_password_and_a_token_that_ended_are_said_so(
    client: Client, api: Stack, ana: Person
) -> None:
    with pytest.raises(NotSignedIn) as refused:
        Client.sign_in(api.url("api"), ana.name, "another one, please")
    assert refused.value.code == "wrong-credentials"
    client.sign_out()
    with pytest.raises(NotSignedIn):
        next(client.collections.all())


def test_what_may_be_repeated_is_and_a_post_without_a_key_is_not() -> None:
    with api_that_answers([503, 502, 200]) as (url, asked):
        assert Line(url).ask("GET", "photos", "a/b")["fine"] is True
    assert asked == ["GET /photos/a%2Fb"] * 3
    with api_that_answers([503, 200]) as (url, asked), pytest.raises(Later) as later:
        Line(url).ask("POST", "collections", "hats", "retrain")
    assert later.value.retry_after == 0
    assert len(asked) == 1
    with api_that_answers([503, 200]) as (url, asked):
        Line(url).ask("POST", "collections", headers={"Idempotency-Key": "1"})
    assert len(asked) == 2


class LateAtFirst(Uploads):
    """Gets forms at first that were over before they came; `over` are their photos."""

    stack: Stack

    def hand_out(self, collection: str, picture: Picture) -> Form | Uploaded:
        """As the api does, but late."""
        given = super().hand_out(collection, picture)
        if not isinstance(given, Form) or hasattr(self, "over"):
            return given
        self.over = [given.photo]
        with operator_of(self.stack.folder) as operator:
            signer = replace(operator.signer, life=timedelta(seconds=-1))
        place = PhotoRef(collection, given.photo)
        late = signer.form(place, "ana", Announced(picture.filename, len(picture.data)))
        return Form(late.photo, late.url, late.fields, late.expires, late.max_bytes)


@contextmanager
def api_that_answers(statuses: list[int]) -> Iterator[tuple[str, list[str]]]:
    """A server that gives these answers in turn, and what it was asked."""
    asked: list[str] = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path}")
            body = b'{"fine": true}'
            self.send_response(statuses[len(asked) - 1])
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
