"""A stack killed with everything that watches over it, and started again in the same folder."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from infra import supervised
from infra.layout import CHECKOUT, Stack
from infra.lifecycle import serving
from infra.wire_storage import storage_client
from infra.wiring import DATABASE
from tests.eventually import eventually

pytestmark = pytest.mark.usefixtures("servers_built")

START = """
import signal, sys
from pathlib import Path
from infra.layout import Stack
from infra.lifecycle import serving
import tests
with serving(Stack.free(Path(sys.argv[1]))):
    signal.pause()
"""


def _kill_all(starter: psutil.Process, folder: Path) -> None:
    for process in [starter, *supervised.strays(folder)]:
        process.kill()


def _kill_supervisor(starter: psutil.Process, folder: Path) -> None:
    starter.kill()
    psutil.Process(supervised.call(folder, "getPID")).kill()


def _kill_starter(starter: psutil.Process, folder: Path) -> None:
    starter.kill()


@pytest.mark.parametrize("kill", [_kill_all, _kill_supervisor, _kill_starter])
def test_a_killed_stack_comes_up_again_with_all_it_held(
    tmp_path: Path, kill: Callable[[psutil.Process, Path], None]
) -> None:
    with subprocess.Popen([sys.executable, "-c", START, str(tmp_path)], cwd=CHECKOUT) as starter:
        try:
            eventually(lambda: _write(tmp_path), timeout=180, says="the stack takes a write")
            kill(psutil.Process(starter.pid), tmp_path)
        finally:
            starter.kill()
    with serving(Stack.free(tmp_path)) as stack:
        storage_client(stack).stat_object(bucket_name="uploads", object_name="c/kept")
        with MongoClient[dict[str, object]](stack.mongo_uri()) as client:
            assert client[DATABASE]["photos"].find_one({"_id": "kept"})
    assert supervised.strays(tmp_path) == []


def _write(folder: Path) -> bool:
    """Whether the stack another process starts is wired and took an object and a row."""
    if not (folder / "run" / "stack.json").exists():
        return False
    stack = Stack.load(folder)
    uri = stack.mongo_uri()
    with MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=500, journal=True) as client:
        try:
            # The wiring's last index: from here on the starter only waits.
            if "expires_at_1" not in client[DATABASE]["inbox.classify"].index_information():
                return False
        except PyMongoError:
            # Not there yet, or its first user isn't.
            return False
        client[DATABASE]["photos"].insert_one({"_id": "kept"})
    storage_client(stack).put_object("uploads", "c/kept", io.BytesIO(b"x"), 1)
    return True
