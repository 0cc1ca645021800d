"""Attacks on the api: what one client tries in order to see more, or to keep others out."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
import requests

from functions.api.accounts.attempts import Attempts, of_password
from functions.api.events.hub import MOST_OF_ONE
from functions.api.in_hand import MOST
from functions.api.refusals import TooMany
from infra.layout import Stack
from tests.documents import Documents
from tests.person import Person, problem_of

MARKS = "a" + "\u0300\u0316" * 40_000
"""Marks in an order that is dear to put right: 5 s, and sixteen times that for four times more."""


def test_a_label_of_many_marks_is_refused_at_once(ana: Person) -> None:
    asked = {"filename": "a.jpg", "size": 1, "label": MARKS}
    begun = time.monotonic()
    assert problem_of(ana.post("/collections/nowhere/uploads", asked)) == (422, "wrong-field")
    assert time.monotonic() - begun < 2


def test_a_method_that_somebody_makes_up_gets_no_series_of_its_own(api: Stack) -> None:
    url = api.url("api")
    assert requests.request("XYZZY", f"{url}/health", timeout=30).status_code == 405
    told = requests.get(f"{url}/metrics", timeout=30).text
    assert 'method="other"' in told
    assert "XYZZY" not in told


@pytest.mark.parametrize("depth", [980, 100_000])
def test_json_that_is_nested_too_deep_is_told_from_a_bug_of_ours(api: Stack, depth: int) -> None:
    body = '{"name": ' + "[" * depth + "]" * depth + ', "password": "x"}'
    kind = {"Content-Type": "application/json"}
    answer = requests.post(f"{api.url('api')}/sessions", body, headers=kind, timeout=30)
    assert problem_of(answer) in [(400, "unreadable-body"), (422, "wrong-field")]


def test_nobody_takes_all_streams_of_events(ana: Person, ben: Person) -> None:
    with ExitStack() as stack:
        for _ in range(MOST_OF_ONE):
            stream = stack.enter_context(ana.get("/events", stream=True))
            assert stream.status_code == 200
        refused = stack.enter_context(ana.get("/events", stream=True))
        assert refused.status_code == 503
        assert refused.json()["code"] == "too-many-listeners"
        assert stack.enter_context(ben.get("/events", stream=True)).status_code == 200


def test_nobody_keeps_all_threads_waiting(ana: Person, ben: Person) -> None:
    collection = ana.post("/collections", {"name": "Slow"}).json()["id"]
    asked = {"filename": "a.jpg", "size": 1}
    photo = ana.post(f"/collections/{collection}/uploads", asked).json()["photo"]

    def wait(_: int) -> requests.Response:
        headers = {**ana.session.headers, "Prefer": "wait=5"}
        return requests.get(f"{ana.url}/photos/{photo}", headers=headers, timeout=60)

    with ThreadPoolExecutor(MOST + 20) as threads:
        answers = threads.map(wait, range(MOST + 20))
        begun = time.monotonic()
        assert ben.get("/users/me").status_code == 200
        assert time.monotonic() - begun < 4
        codes = [answer.status_code for answer in answers]
    assert codes.count(429) >= 20
    assert codes.count(200) + codes.count(429) == MOST + 20
    assert ana.get("/users/me").status_code == 200


def test_who_was_put_out_does_not_see_a_collection_by_making_it_again(
    ana: Person, ben: Person, api_root: Documents
) -> None:
    key = {"Idempotency-Key": "one and the same"}
    made = ana.post("/collections", {"name": f"Of {ana.name}"}, headers=key).json()["id"]
    assert ana.post("/collections", {"name": f"Of {ana.name}"}, headers=key).json()["id"] == made
    assert ana.put(f"/collections/{made}/members/{ben.name}", {"role": "owner"}).ok
    assert ben.delete(f"/collections/{made}/members/{ana.name}").ok
    again = ana.post("/collections", {"name": f"Of {ana.name}"}, headers=key)
    assert problem_of(again) == (404, "not-found")


def test_a_token_of_a_member_who_went_does_not_come_back_with_them(
    api: Stack, ana: Person, ben: Person, api_root: Documents
) -> None:
    made = ana.post("/collections", {"name": "Coins"}).json()["id"]
    path = f"/collections/{made}/members/{ben.name}"
    assert ana.put(path, {"role": "viewer"}).ok
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    wanted = {"name": "camera", "collection": made, "role": "viewer", "expires": until}
    camera = Person.with_token(api, ben.name, ben.post("/tokens", wanted).json()["token"])
    # As when the api is killed between the two steps of putting somebody out.
    api_root["collections"].update_one({"_id": made}, {"$unset": {f"members.{ben.name}": ""}})
    assert problem_of(ana.delete(path)) == (404, "not-found")
    assert ana.put(path, {"role": "viewer"}).ok
    assert problem_of(camera.get(f"/collections/{made}")) == (401, "not-signed-in")


def test_names_that_are_made_up_are_not_remembered_once_the_address_is_full() -> None:
    attempts = Attempts()

    def fill(names: range) -> None:
        for name in names:
            with suppress(TooMany):
                counts = of_password(f"nobody-{name}", "203.0.113.1", known=False)
                attempts.tried(counts, lambda: None)

    fill(range(150))
    kept = len(attempts._storage.storage)
    fill(range(150, 400))
    assert len(attempts._storage.storage) == kept


def test_a_client_who_never_says_goodbye_holds_up_nobody(api: Stack) -> None:
    with ExitStack() as stack:
        for _ in range(10):
            line = stack.enter_context(_line(api))
            line.sendall(b"GET /health HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            assert line.recv(1)
        begun = time.monotonic()
        assert requests.get(f"{api.url('api')}/health", timeout=60).ok
        assert time.monotonic() - begun < 2


def test_who_falls_silent_in_a_request_gives_the_thread_back(api: Stack) -> None:
    with _line(api) as line:
        line.sendall(b"GET /health HTTP/1.1\r\nHost: here\r\nX-Slow: ")
        assert line.recv(1) == b""


@contextmanager
def _line(api: Stack) -> Iterator[socket.socket]:
    """A line to the api as any program can open one."""
    host, port = api.url("api").removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), timeout=40)) as line:
        yield line
