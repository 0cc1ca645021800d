"""What the doctor finds when one thing is wrong, and the setting it names."""

import http.server
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from colecionador.checks_here import disk, queues, tokens
from colecionador.checks_outside import clock, cors, reachable, signature, sizes
from colecionador.operator import Operator, operator_of
from colecionador.verdict import Verdict
from infra.layout import Stack


@pytest.fixture(scope="module")
def operator(servers: Stack) -> Iterator[Operator]:
    with operator_of(servers.folder) as opened:
        yield opened


def test_an_address_where_nothing_answers_names_the_address_setting() -> None:
    found = reachable("http://127.0.0.1:1", 9000)
    assert (found.word, "PUBLIC_STORAGE_URL" in found.mend) == ("wrong", True)


def test_an_address_that_is_not_storage_is_wrong() -> None:
    with proxy(404) as url:
        assert reachable(url, 9000).word == "wrong"


def test_an_address_only_this_machine_can_reach_is_noted(servers: Stack) -> None:
    found = reachable(servers.public_storage_url, 9000)
    assert found.word == "note"
    assert found.mend.startswith("PUBLIC_STORAGE_URL=http://")


@pytest.mark.parametrize(
    ("seconds", "word"), [(0, "ok"), (120, "note"), (-120, "note"), (400, "wrong"), (-400, "wrong")]
)
def test_clocks_that_are_apart_are_said_before_signatures_fail(seconds: int, word: str) -> None:
    with proxy(200, timedelta(seconds=seconds)) as url:
        assert clock(url).word == word


def test_a_secret_that_storage_does_not_know_names_the_secret(operator: Operator) -> None:
    found = next(signature(replace(operator.signer, secret="another")))
    assert found.word == "wrong"
    assert "SignatureDoesNotMatch" in found.says
    assert "OPERATOR_STORAGE_SECRET" in found.mend


def test_a_proxy_that_refuses_large_photos_names_its_limit(operator: Operator) -> None:
    with proxy(413) as url:
        [found] = sizes(replace(operator.signer, storage_url=url))
    assert found.word == "wrong"
    assert "client_max_body_size" in found.mend


def test_a_page_that_storage_does_not_know_names_the_page_setting(servers: Stack) -> None:
    page, others = cors(servers.public_storage_url, "http://photos.example:8000/console")
    assert (page.word, others.word) == ("wrong", "ok")
    assert page.mend.startswith("PUBLIC_URL")


def test_storage_open_to_every_page_is_wrong() -> None:
    with proxy(204) as url:
        page, others = cors(url, "http://photos.example")
    assert (page.word, others.word) == ("ok", "wrong")


def test_a_token_a_function_does_not_take_names_its_secret(stack: Stack) -> None:
    other = {**stack.secrets, "AUGMENT_EVENT_TOKEN": "another"}
    found = by_name(tokens(replace(stack, secrets=other)))["webhook of augment"]
    assert found.word == "wrong"
    assert "AUGMENT_EVENT_TOKEN" in found.mend
    warned = by_name(tokens(stack))["webhook of augment"]
    assert "wrong token" in warned.says


def test_events_that_wait_in_storage_for_more_than_a_moment_are_wrong(
    servers: Stack, tmp_path: Path
) -> None:
    for function, age in (("on_upload", 3600), ("augment", 1)):
        (tmp_path / "queue" / function).mkdir(parents=True)
        event = tmp_path / "queue" / function / "1.event"
        event.touch()
        os.utime(event, (time.time() - age,) * 2)
    found = by_name(queues(replace(servers, folder=tmp_path)))
    assert found["queue of on_upload"].says.startswith("1 events wait, the oldest for 36")
    assert found["queue of on_upload"].word == "wrong"
    assert found["queue of augment"].word == found["queue of classify"].word == "ok"


def test_free_space_is_told_in_gigabytes(tmp_path: Path) -> None:
    assert " GB are free where " in disk(tmp_path).says


def by_name(verdicts: Iterator[Verdict]) -> dict[str, Verdict]:
    return {verdict.about: verdict for verdict in verdicts}


@contextmanager
def proxy(status: int, ahead: timedelta = timedelta()) -> Iterator[str]:
    """Something before storage that answers everything itself, with a clock of its own."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            left = int(self.headers.get("Content-Length", 0))
            while left:
                left -= len(self.rfile.read(min(left, 1_000_000)))
            self.send_response_only(status)
            self.send_header("Date", format_datetime(datetime.now(UTC) + ahead, usegmt=True))
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_OPTIONS = do_POST  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
