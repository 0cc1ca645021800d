"""Servers and functions go and come back under load: every photo is ready in the end, once."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from pymongo import MongoClient

from infra.layout import Stack
from infra.lifecycle import ready, running
from infra.readiness import is_ready
from infra.secrets_file import name_of
from infra.wiring import DATABASE
from tests.album import Album
from tests.dying import away, kill, kill_and_wait, members
from tests.eventually import eventually
from tests.mending import ready_with_reconcile
from tests.phone import PHOTOS
from tests.replica import metric
from tests.webhook import Webhook, created

LEASE = 10
"""Seconds; a handler may take half of it."""

LONG = 120
"""Seconds for everything to be ready after an outage: MinIO sends what it kept one by one."""


@pytest.fixture(scope="module")
def worn(servers_built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose parts these tests stop and kill.

    Half its lease is longer than the three seconds after which an absent Mongo is noticed.
    """
    tuning = {"LEASE_SECONDS": str(LEASE)}
    with running(Stack.free(tmp_path_factory.mktemp("worn"), tuning)) as stack:
        yield stack


@pytest.fixture
def album(worn: Stack) -> Iterator[Album]:
    """A new collection in this stack."""
    with MongoClient[dict[str, Any]](worn.mongo_uri(), tz_aware=True) as client:
        yield Album.new(worn, client[DATABASE])


@contextmanager
def sending(album: Album, count: int) -> Iterator[Future[list[str]]]:
    """While the block runs a phone sends photos, insisting; the keys are there at its end."""
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(album.phone.insist_all, (PHOTOS * 4)[:count])
        eventually(lambda: len(album.seen.keys("uploads")) > count // 4)
        yield sent


def check_ready(album: Album, sent: list[str]) -> None:
    """Assert that every photo gets ready, with all it should have and nothing twice."""
    eventually(lambda: album.seen.are_ready(sent), timeout=LONG)
    album.seen.check_whole(sent)


def test_mongo_stopped_and_started_under_load_loses_nothing(worn: Stack, album: Album) -> None:
    before = _pids(worn)
    with sending(album, 24) as sent, away(worn, "mongo"):
        stopped = time.monotonic()
        missing = eventually(lambda: _missing(worn, "on_upload"))
        assert any(sentence.startswith("Mongo") for sentence in missing)
        assert album.phone.insist(PHOTOS[0])
        event = created("uploads", album.phone.form().key, "etag")
        assert Webhook.of(worn, "on_upload").post(event) == 503, "storage has to tell it again"
        eventually(lambda: time.monotonic() > stopped + LEASE)
    eventually(lambda: len(album.seen.keys("uploads")) == 25)
    keys = sorted(album.seen.keys("uploads"))
    assert set(sent.result()) < set(keys)
    check_ready(album, keys)
    # What was in hand waited for longer than a handler may take, and is no death.
    assert _pids(worn) == before
    assert [row["_id"] for row in album.seen.deliveries() if row["deaths"]] == []


def test_minio_stopped_and_started_under_load_loses_nothing(worn: Stack, album: Album) -> None:
    with sending(album, 24) as sent, away(worn, "minio"):
        missing = eventually(lambda: _missing(worn, "on_upload"))
        assert any(sentence.startswith("MinIO") for sentence in missing)
    eventually(lambda: ready_with_reconcile(worn, album.seen, sent.result()), timeout=LONG)
    album.seen.check_whole(sent.result())


def test_minio_killed_under_load_loses_nothing(worn: Stack, album: Album) -> None:
    with sending(album, 24) as sent:
        kill_and_wait(worn, "minio")
    eventually(lambda: ready_with_reconcile(worn, album.seen, sent.result()), timeout=LONG)
    album.seen.check_whole(sent.result())


def test_mongo_killed_under_load_loses_nothing(worn: Stack, album: Album) -> None:
    with sending(album, 24) as sent:
        kill_and_wait(worn, "mongo")
    check_ready(album, sent.result())


@pytest.mark.parametrize("function", ["on_upload", "augment", "classify"])
def test_a_function_killed_under_load_loses_nothing_and_doubles_nothing(
    worn: Stack, album: Album, function: str
) -> None:
    with sending(album, 40) as sent:
        eventually(lambda: album.seen.deliveries(state="running"))
        kill(worn, function)
        eventually(lambda: is_ready(worn, function), timeout=60)
        kill_and_wait(worn, function)
    check_ready(album, sent.result())


def test_photos_that_come_while_a_function_is_down_reach_it_within_seconds(
    worn: Stack, album: Album
) -> None:
    with away(worn, "classify"):
        keys = album.phone.send_all(PHOTOS[:20])
        eventually(lambda: all(len(album.seen.variants(key)) == 10 for key in keys))
        eventually(album.seen.at_rest)
        assert {album.seen.state(key) for key in keys} == {"received"}
        assert album.seen.record(keys[0])["pending"] == ["classify"]
    eventually(lambda: album.seen.are_ready(keys), timeout=30)
    album.seen.check_whole(keys)


def test_a_function_stopped_in_order_gives_back_what_it_has_in_hand(
    worn: Stack, album: Album
) -> None:
    with sending(album, 24) as sent, away(worn, "on_upload"):
        pass
    check_ready(album, sent.result())
    deaths = [row["_id"] for row in album.seen.deliveries() if row["deaths"]]
    assert deaths == []


def test_a_wrong_storage_secret_is_an_outage_that_counts_no_failure(
    worn: Stack, album: Album
) -> None:
    admin = MinioAdmin(
        endpoint=f"127.0.0.1:{worn.ports['minio']}",
        credentials=StaticProvider(
            worn.secrets["MINIO_ROOT_USER"], worn.secrets["MINIO_ROOT_PASSWORD"]
        ),
        region="us-east-1",
        secure=False,
    )
    admin.user_add(access_key="augment", secret_key="another-secret")
    keys = album.phone.send_all(PHOTOS[:6])
    eventually(lambda: all(_had_outages(album, "augment", key, 2) for key in keys))
    assert [row for row in album.seen.deliveries() if row["failures"] or row["deaths"]] == []
    assert album.seen.deliveries(state="parked") == []
    assert any("MinIO" in sentence for sentence in _missing(worn, "augment"))
    assert is_ready(worn, "classify")
    secret = worn.secrets[name_of("augment", "storage_secret")]
    admin.user_add(access_key="augment", secret_key=secret)
    check_ready(album, keys)
    assert is_ready(worn, "augment")


def test_a_wrong_mongo_password_is_an_outage_that_counts_no_failure(
    worn: Stack, album: Album
) -> None:
    with MongoClient[dict[str, Any]](worn.mongo_uri()) as client:
        client[DATABASE].command("updateUser", "augment", pwd="another-password")
        # Who has signed in stays so; everybody has to sign in again at a new start.
        kill_and_wait(worn, "mongo")
        keys = album.phone.send_all(PHOTOS[:6])
        missing = eventually(lambda: _missing(worn, "augment"))
        assert any("Mongo" in sentence for sentence in missing)
        eventually(lambda: all(album.seen.features(key) for key in keys))
        assert album.seen.deliveries(state="parked") == []
        right = worn.secrets[name_of("augment", "mongo_password")]
        client[DATABASE].command("updateUser", "augment", pwd=right)
    check_ready(album, keys)
    assert [row for row in album.seen.deliveries() if row["failures"] or row["deaths"]] == []
    assert is_ready(worn, "augment")


def test_health_and_metrics_answer_while_mongo_is_away(worn: Stack) -> None:
    with away(worn, "mongo"):
        assert requests.get(f"{worn.url('classify')}/health", timeout=5).ok
        assert requests.get(f"{worn.url('classify')}/ready", timeout=15).status_code == 503
        assert metric(worn.url("classify"), "colecionador_handler_seconds_count") >= 0
        headers = {"Content-Type": "image/jpeg"}
        answer = requests.post(
            f"{worn.url('classify')}/predict", data=PHOTOS[0], headers=headers, timeout=15
        )
        assert answer.ok, "a category needs no Mongo"
    for function in ("on_upload", "augment", "classify"):
        ready(worn, function)


def _pids(stack: Stack) -> set[int]:
    """The processes of the functions."""
    return {process.pid for row in stack.rows for process in members(stack, row.function)}


def _missing(stack: Stack, function: str) -> list[str]:
    """What keeps a function from its work, in its own words."""
    answer = requests.get(f"{stack.url(function)}/ready", timeout=30)
    return list(answer.json()["missing"])


def _had_outages(album: Album, function: str, key: str, count: int) -> bool:
    attempts = album.seen.delivery(function, key).get("attempts", [])
    return [attempt["outcome"] for attempt in attempts].count("outage") >= count
