"""Photos that kill, hang or trip a function: they are parked, and the good ones never wait.

The function is one of the tests' own: a folder and a row in the wiring, as any fourth function.
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pymongo import MongoClient

from functions.runtime import rules
from infra.layout import CHECKOUT, Stack
from infra.lifecycle import log_of, running
from infra.wiring import DATABASE, WIRING, Row
from tests.album import Album
from tests.documents import Documents
from tests.eventually import eventually
from tests.seen import Document, Seen

LEASE = 4.0
"""Seconds; a handler may take half of it."""

TROUBLE = Row(
    function="trouble", port=8009, listens_to="images", reads=("images",), records=("photos",)
)


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file whose presence means that the function's bug is mended."""
    return tmp_path_factory.mktemp("trouble") / "mended"


@pytest.fixture(scope="module")
def troubled(
    servers_built: None, mended: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """A stack with a fourth function, which some pictures put into trouble."""
    tuning = {
        "LEASE_SECONDS": str(LEASE),
        "PYTHONPATH": str(CHECKOUT / "tests" / "fourth"),
        "MENDED": str(mended),
    }
    rows = (*WIRING, TROUBLE)
    with running(Stack.free(tmp_path_factory.mktemp("troubled"), tuning, rows)) as stack:
        yield stack


@pytest.fixture(scope="module")
def documents(troubled: Stack) -> Iterator[Documents]:
    """The stack's database with every right."""
    with MongoClient[dict[str, Any]](troubled.mongo_uri(), tz_aware=True) as client:
        yield client[DATABASE]


def plain(red: int, green: int, blue: int) -> bytes:
    """A small picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (red, green, blue)).save(file, "PNG")
    return file.getvalue()


def given_up(album: Album, key: str) -> Document:
    """The photo's delivery, once trouble has given it up."""

    def parked() -> bool:
        return album.seen.delivery("trouble", key).get("state") == "parked"

    eventually(parked, timeout=90, says="it is given up")
    return album.seen.delivery("trouble", key)


@dataclass(frozen=True)
class Mixed:
    """A hundred good photos among three bad ones, sent before them: what became of them."""

    seen: Seen
    keys: Mapping[str, str]
    parked: Mapping[str, Document]
    good: list[str]


@pytest.fixture(scope="module")
def mixed(troubled: Stack, documents: Documents) -> Mixed:
    """All good ones are ready and all bad ones are given up."""
    album = Album.new(troubled, documents)
    colours = {"deadly": (255, 0, 0), "hanging": (0, 255, 0), "buggy": (0, 0, 255)}
    keys = {name: album.phone.send(plain(*colour)) for name, colour in colours.items()}
    good = album.phone.send_all(plain(60 + number, 120, 90) for number in range(100))
    eventually(lambda: album.seen.say_ready(good), timeout=120, says="the good ones are ready")
    parked = {name: given_up(album, key) for name, key in keys.items()}
    return Mixed(album.seen, keys, parked, good)


def test_a_fourth_function_is_a_folder_and_a_row(troubled: Stack, documents: Documents) -> None:
    album = Album.new(troubled, documents)
    key = album.phone.send(plain(120, 120, 120))
    eventually(lambda: album.seen.are_ready([key]))
    record = album.seen.record(key)
    assert record["wired"] == ["on_upload", "augment", "classify", "trouble"]
    assert record["functions"]["trouble"]["state"] == "done"
    assert record["trouble"] == "none"


def test_a_hundred_good_photos_do_not_wait_for_the_bad_ones_among_them(mixed: Mixed) -> None:
    bystanders = {key for key in mixed.good if mixed.seen.delivery("trouble", key)["deaths"]}
    assert len(bystanders) <= 4, "only those in hand when a process died"
    # The bad ones take their leases one after the other; nobody stands behind them for it.
    given_up = [mixed.parked[poison]["attempts"][-1]["ended"] for poison in ("deadly", "hanging")]
    done = [mixed.seen.record(key)["functions"]["trouble"]["at"] for key in mixed.good]
    assert max(done) < min(given_up)
    for key in mixed.good:
        assert len(mixed.seen.variants(key)) == 10


def test_a_photo_that_kills_its_process_is_parked_after_five_deaths(mixed: Mixed) -> None:
    parked = mixed.parked["deadly"]
    assert parked["code"] == "process-died"
    assert parked["deaths"] == 5
    assert parked["deaths_alone"] >= 2
    assert parked["failures"] == 0
    assert [attempt["outcome"] for attempt in parked["attempts"]] == ["died"] * 6
    _check_failed(mixed, "deadly", "process-died")


def test_a_photo_that_hangs_its_handler_ends_the_process_and_is_parked(
    mixed: Mixed, troubled: Stack
) -> None:
    parked = mixed.parked["hanging"]
    assert parked["code"] == "process-died"
    assert parked["deaths"] == 5
    _check_failed(mixed, "hanging", "process-died")
    said = [
        line
        for line in log_of(troubled.folder, "trouble").read_text().splitlines()
        if "a handler hangs" in line and parked["_id"] in line
    ]
    assert said


def test_a_photo_that_finds_a_bug_is_parked_with_the_traceback_after_five_failures(
    mixed: Mixed,
) -> None:
    parked = mixed.parked["buggy"]
    assert parked["code"] == "internal-error"
    assert parked["failures"] == 5
    assert "in make" in parked["traceback"]
    assert "too blue" in parked["traceback"]
    _check_failed(mixed, "buggy", "internal-error")


def test_after_the_mending_and_a_replay_the_photo_is_ready(
    troubled: Stack, documents: Documents, mended: Path
) -> None:
    album = Album.new(troubled, documents)
    key = album.phone.send(plain(0, 0, 255))
    row = given_up(album, key)["_id"]
    mended.touch()
    documents[TROUBLE.inbox].update_one({"_id": row, "state": "parked"}, rules.replayed())
    eventually(lambda: album.seen.are_ready([key]))
    mended.unlink()
    assert album.seen.record(key)["error"] is None
    after = album.seen.delivery("trouble", key)
    assert after["state"] == "done"
    assert after.get("traceback") is None


def test_a_photo_that_was_given_up_can_be_deleted(troubled: Stack, documents: Documents) -> None:
    album = Album.new(troubled, documents)
    key = album.phone.send(plain(0, 0, 255))
    given_up(album, key)
    album.seen.storage.remove_object(bucket_name="uploads", object_name=key)
    eventually(lambda: album.seen.delivery("trouble", key)["state"] == "done")
    eventually(lambda: album.seen.check_gone(key))


def _check_failed(mixed: Mixed, name: str, code: str) -> None:
    """Assert that the record says failed, by whom and why, and that the others did their part."""
    record = mixed.seen.record(mixed.keys[name])
    assert record["state"] == "failed"
    assert record["error"]["code"] == code
    assert record["error"]["function"] == "trouble"
    assert record["pending"] == ["trouble"]
    assert record["category"]
    assert len(mixed.seen.variants(mixed.keys[name])) == 10
