"""A full disk: phones are told, what was accepted waits, and with room again all is done."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from infra.layout import Stack
from infra.lifecycle import running
from infra.wiring import DATABASE
from tests.album import Album
from tests.disk import disk_of
from tests.eventually import eventually
from tests.phone import PHOTOS

FULL = 507
"""Storage's status when it has no room, of WebDAV's making (RFC 4918)."""

OUTAGE = {"outcome": "outage", "reason": {"$regex": "StorageFull"}}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for a stack and few photos."""
    with disk_of("220m", tmp_path) as disk:
        yield disk


def test_a_full_disk_is_said_and_loses_nothing(servers_built: None, small_disk: Path) -> None:
    with (
        running(Stack.free(small_disk)) as stack,
        MongoClient[dict[str, Any]](stack.mongo_uri(), tz_aware=True) as client,
    ):
        album = Album.new(stack, client[DATABASE])
        before = album.phone.send_all(PHOTOS[:4])
        eventually(lambda: album.seen.are_ready(before))
        ballast = small_disk / "ballast"
        _fill(ballast, leaving=3_000_000)
        accepted = _send_until_refused(album)
        waiting = eventually(lambda: album.seen.deliveries(attempts={"$elemMatch": OUTAGE}))
        assert {row["failures"] for row in waiting} == {0}
        assert any("StorageFull" in attempt["reason"] for attempt in waiting[0]["attempts"])
        ballast.unlink()
        after = album.phone.insist_all(PHOTOS[4:8])
        keys = sorted(album.seen.keys("uploads"))
        assert {*before, *accepted, *after} <= set(keys)
        eventually(lambda: album.seen.are_ready(keys), timeout=90)
        album.seen.check_whole(keys)


def _fill(ballast: Path, leaving: int) -> None:
    """Take all the room of the disk and give some bytes back."""
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(1_000_000)):
            pass
    os.truncate(ballast, ballast.stat().st_size - leaving)


def _send_until_refused(album: Album) -> list[str]:
    """Send photos until storage says that it is full; the keys of those it took before."""
    accepted: list[str] = []
    for photo in PHOTOS * 20:
        form = album.phone.form()
        status = form.send(photo)
        if status == FULL:
            return accepted
        assert status == 204
        accepted.append(form.key)
    raise AssertionError("the disk is never full")
