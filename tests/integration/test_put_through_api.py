"""`colecionador put` and the api: killed in the middle, run again, refused."""

import hashlib
import random
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import uuid6

from infra import supervised
from infra.layout import Stack
from infra.lifecycle import ready
from infra.wire_storage import storage_client
from tests.documents import Documents
from tests.eventually import eventually
from tests.integration.operating import colecionador

PHOTOS = 60
MARK = {"state": "done", "etag": "e", "version": "1", "at": datetime(2026, 5, 1, tzinfo=UTC)}


@pytest.fixture
def name(api: Stack) -> str:
    """The id of a new collection."""
    made = f"c-{uuid6.uuid7().hex[-20:]}"
    assert colecionador(api, "collection", "add", made, "--id", made).exit_code == 0
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files that are all different."""
    for number in range(PHOTOS):
        (tmp_path / f"{number}.jpg").write_bytes(random.Random(number).randbytes(20_000))
    return tmp_path


def test_with_the_api_killed_in_the_middle_nothing_is_lost_and_nothing_doubled(
    api: Stack, api_root: Documents, name: str, folder: Path
) -> None:
    words = ["--stack", str(api.folder), "put", str(folder), "--collection", name]
    with subprocess.Popen(
        [sys.executable, "-m", "colecionador", *words], stdout=subprocess.PIPE, text=True
    ) as sending:
        eventually(lambda: PHOTOS / 6 < len(stored(api, name)) < PHOTOS, timeout=60)
        kill(api, "api")
        said, _ = sending.communicate(timeout=120)
    ready(api, "api")
    assert (sending.returncode, said) == (0, f"{PHOTOS} of {PHOTOS} photos stored in {name}\n")
    there = stored(api, name)
    assert Counter(there.values()) == Counter(digest(path) for path in folder.iterdir())
    expected = api_root["photos"].find({"collection": name})
    assert {f"{name}/{one['_id']}" for one in expected} == set(there)


def test_run_again_it_goes_on_with_what_an_earlier_run_has_begun(
    api: Stack, name: str, folder: Path
) -> None:
    files = [str(path) for path in sorted(folder.iterdir())[:6]]
    colecionador(api, "put", *files[:4], "--collection", name)
    before = stored(api, name)
    result = colecionador(api, "put", *files, "--collection", name)
    assert result.exit_code == 0, result.output
    after = stored(api, name)
    assert len(before) == 4
    assert len(after) == 6
    assert before.items() <= after.items()


def test_what_has_come_is_not_sent_again(
    api: Stack, api_root: Documents, name: str, folder: Path
) -> None:
    files = [str(path) for path in sorted(folder.iterdir())[:3]]
    colecionador(api, "put", *files[:2], "--collection", name)
    came = {"state": "received", "functions": {"on_upload": MARK}}
    api_root["photos"].update_many({"collection": name}, {"$set": came})
    result = colecionador(api, "put", *files, "--collection", name)
    assert result.output == f"1 of 3 photos stored in {name}, 2 were there already\n"
    assert result.exit_code == 0


def stored(stack: Stack, name: str) -> dict[str, str]:
    """The keys in `uploads` with their contents' digests."""
    storage = storage_client(stack)
    found = {}
    for entry in storage.list_objects("uploads", prefix=f"{name}/", recursive=True):
        key = entry.object_name or ""
        with storage.get_object("uploads", key) as answer:
            found[key] = hashlib.sha256(answer.read()).hexdigest()
    return found


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kill(stack: Stack, name: str) -> None:
    """SIGKILL for the process and its children; its supervisor starts it again."""
    process = psutil.Process(supervised.call(stack.folder, "getProcessInfo", name)["pid"])
    for one in (*process.children(recursive=True), process):
        one.kill()
