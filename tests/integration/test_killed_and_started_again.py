"""A whole stack killed in the middle of an upload and started again: all photos are ready."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil
import requests
from pymongo import MongoClient

from infra import supervised
from infra.layout import CHECKOUT, Stack
from infra.lifecycle import running
from infra.readiness import is_ready
from infra.wiring import DATABASE
from tests.album import Album
from tests.eventually import eventually
from tests.integration.operating import colecionador
from tests.lease import LEASE_SECONDS
from tests.mending import ready_with_reconcile
from tests.phone import PHOTOS

START = """
import signal, sys
from pathlib import Path
from infra.layout import Stack
from infra.lifecycle import running
import tests
with running(Stack.free(Path(sys.argv[1]), {"LEASE_SECONDS": sys.argv[2]})):
    signal.pause()
"""


def test_every_stored_photo_survives_the_death_of_everything(
    servers_built: None, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", START, str(tmp_path), str(LEASE_SECONDS)]
    with subprocess.Popen(command, cwd=CHECKOUT) as starter:
        stack = eventually(lambda: _started(tmp_path), timeout=180, says="the stack is ready")
        with MongoClient[dict[str, Any]](
            stack.mongo_uri(), tz_aware=True, serverSelectionTimeoutMS=2000
        ) as client:
            album = Album.new(stack, client[DATABASE])
            with ThreadPoolExecutor(1) as pool:
                sent = pool.submit(_send_while_it_lives, album)
                eventually(lambda: album.seen.keys("variants"))
                _kill_all(starter.pid, tmp_path)
                stored = sent.result()
    assert stored
    tuning = {"LEASE_SECONDS": str(LEASE_SECONDS)}
    with (
        running(Stack.free(tmp_path, tuning)) as again,
        MongoClient[dict[str, Any]](again.mongo_uri(), tz_aware=True) as client,
    ):
        album = Album.again(again, client[DATABASE], album.seen.collection)
        rest = album.phone.send_all(PHOTOS[:4])
        keys = sorted(album.seen.keys("uploads"))
        assert {*stored, *rest} <= set(keys)
        eventually(lambda: ready_with_reconcile(again, album.seen, keys), timeout=120)
        album.seen.check_whole(keys)
        assert colecionador(again, "status").exit_code == 0
    assert supervised.strays(tmp_path) == []


def _send_while_it_lives(album: Album) -> list[str]:
    """Send photos until storage is gone; the keys of those that it said it had stored."""
    stored = []
    with suppress(requests.RequestException):
        for photo in cycle(PHOTOS):
            form = album.phone.form()
            if form.send(photo) == 204:
                stored.append(form.key)
    return stored


def _kill_all(starter: int, folder: Path) -> None:
    for process in [psutil.Process(starter), *supervised.strays(folder)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _started(folder: Path) -> Stack | None:
    if not (folder / "run" / "stack.json").exists():
        return None
    stack = Stack.load(folder)
    names = ("mongo", "minio", "on_upload", "augment", "classify")
    return stack if all(is_ready(stack, name) for name in names) else None
