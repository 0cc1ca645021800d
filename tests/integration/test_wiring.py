"""Wiring on real servers: idempotent, additive, and taking away what left the table."""

import dataclasses
import http.server
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection

from infra.layout import Stack
from infra.lifecycle import serving
from infra.secrets_file import name_of
from infra.wire import wire
from infra.wire_storage import storage_client
from infra.wiring import DATABASE, WIRING
from tests.eventually import eventually

pytestmark = pytest.mark.usefixtures("servers_built")


def test_wiring_twice_changes_nothing(servers: Stack) -> None:
    assert wire(servers) == []


def test_a_row_added_to_the_table_adds_only_that_row(tmp_path: Path) -> None:
    with serving(Stack.free(tmp_path, rows=WIRING[:2])):
        pass
    said: list[str] = []
    with serving(Stack.free(tmp_path), said.append):
        pass
    assert set(said) == {
        "wired: rights of classify in MinIO",
        "wired: user classify in MinIO",
        "wired: notifications of images to augment_fast, augment_safe, "
        "classify_fast, classify_safe",
        "wired: rights of classify in Mongo",
        "wired: user classify in Mongo",
        # These three may read and write every inbox, now also that of classify.
        "wired: rights of api in Mongo",
        "wired: rights of scheduler in Mongo",
        "wired: rights of operator in Mongo",
        "wired: index due_1 of inbox.classify",
        "wired: index state_1__id_1 of inbox.classify",
        "wired: index expires_at_1 of inbox.classify",
    }


def test_a_row_taken_from_the_table_loses_its_credentials_and_keeps_its_deliveries(
    tmp_path: Path,
) -> None:
    with serving(Stack.free(tmp_path)) as stack, _inbox_of_classify(stack) as inbox:
        inbox.insert_one({"_id": "images/c/p.jpg", "state": "done"})
    said: list[str] = []
    with serving(Stack.free(tmp_path, rows=WIRING[:2]), said.append) as stack:
        assert "wired: took away user classify in MinIO; its objects stay" in said
        assert "wired: took away user classify in Mongo; inbox.classify stays" in said
        with _inbox_of_classify(stack) as inbox:
            assert inbox.count_documents({}) == 1
        assert wire(stack) == []


def test_secrets_changed_by_hand_are_brought_to_both_servers(tmp_path: Path) -> None:
    with serving(Stack.free(tmp_path)) as stack:
        changed = dict(stack.secrets)
        changed[name_of("augment", "storage_secret")] = "another-storage-secret"
        changed[name_of("augment", "mongo_password")] = "another-password"
        after = dataclasses.replace(stack, secrets=changed)
        assert wire(after) == ["user augment in MinIO", "user augment in Mongo"]
        assert wire(after) == []


def test_an_external_mongo_is_wired_with_roles_of_its_own(servers: Stack, tmp_path: Path) -> None:
    with serving(Stack.free(tmp_path / "provider")) as provider:
        alone = dataclasses.replace(
            Stack.free(tmp_path / "user"), external_mongo=provider.mongo_uri()
        )
        with serving(alone):
            assert "mongo" not in {log.stem for log in (alone.folder / "logs").iterdir()}
            client: MongoClient[dict[str, Any]] = MongoClient(alone.mongo_uri("augment"))
            with client:
                assert client[DATABASE]["photos"].find_one() is None


def test_an_event_reaches_its_function_by_both_targets_with_its_token(tmp_path: Path) -> None:
    with serving(Stack.free(tmp_path)) as stack, _listening(stack.ports["augment"]) as tokens:
        storage_client(stack).put_object("images", "c/p.jpg", io.BytesIO(b"x"), 1)
        bearer = f"Bearer {stack.secrets[name_of('augment', 'event_token')]}"
        eventually(lambda: tokens == [bearer, bearer], says="two events with augment's token")


def test_a_function_that_was_away_hears_of_what_it_missed(tmp_path: Path) -> None:
    with serving(Stack.free(tmp_path)) as stack:
        storage_client(stack).put_object("images", "c/p.jpg", io.BytesIO(b"x"), 1)
        with _listening(stack.ports["augment"]) as tokens:
            eventually(lambda: len(tokens) == 1, says="the event of the safe target")


@contextmanager
def _listening(port: int) -> Iterator[list[str | None]]:
    """A function that only notes the tokens it was shown."""
    tokens: list[str | None] = []

    class Webhook(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            tokens.append(self.headers["Authorization"])
            self.send_response(204)
            self.end_headers()

    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Webhook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tokens
        server.shutdown()


@contextmanager
def _inbox_of_classify(stack: Stack) -> Iterator[Collection[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](stack.mongo_uri()) as client:
        yield client[DATABASE]["inbox.classify"]
