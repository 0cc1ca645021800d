"""The label log in the bucket: written when labels changed, and good for getting them back."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from functions.runtime.database import Document
from functions.runtime.photo import PhotoRef
from functions.runtime.records import Records
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.lifecycle import ready, start, stop
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from infra.wiring import DATABASE
from scheduler.label_lines import key_of
from scheduler.label_log import LabelLog
from scheduler.label_restore import restore
from tests.drawer import Drawer
from tests.eventually import eventually

HOUR = timedelta(hours=1)


class Desk:
    """A drawer and its log, which is written with the scheduler's rights."""

    def __init__(self, stack: Stack, root: Any, database: Any) -> None:
        self.drawer = Drawer.new(root)
        self.name = self.drawer.name
        secret = stack.secrets[name_of("scheduler", "storage_secret")]
        self.storage = Storage(storage_client(stack, "scheduler", secret))
        self._database = database

    def write(self, every: bool = False) -> bool:
        """What a scheduler does that was just started; True when this log was written."""
        return self.name in LabelLog(self.storage, self._database).write(every)

    def lines(self) -> list[Document]:
        """The log as a program reads it."""
        stored = self.storage.read("models", key_of(self.name))
        return [json.loads(line) for line in stored.data.splitlines()] if stored else []

    def labels(self) -> dict[str, str]:
        """What each photo of the log shows."""
        return {line["photo"]: line["label"] for line in self.lines()}

    def labelled_long_ago(self, label: str = "hat") -> str:
        """A photo whose label is an hour old."""
        at = datetime.now(UTC).replace(microsecond=0) - HOUR
        said = {"label": label, "by": "ana", "at": at, "etag": "e1"}
        return self.drawer.photo(label=label, labelled_at=at, label_history=[said])

    def lose_mongo(self, *photos: str, **told: Any) -> None:
        """Records come again from what storage has; labels do not."""
        for photo in photos:
            kept = self.drawer.record(photo)
            again = {name: kept[name] for name in ("_id", "collection", "key", "state", "sha256")}
            self.drawer.database["photos"].replace_one({"_id": photo}, {**again, **told})

    def restored(self) -> tuple[int, int, int]:
        """Restore; photos given back, left, absent."""
        told = restore(self.storage, self.drawer.database, self.name)
        return told.restored, told.left, told.absent


@pytest.fixture
def desk(servers: Stack) -> Iterator[Desk]:
    uris = servers.mongo_uri(), servers.mongo_uri("scheduler")
    with (
        MongoClient[Document](uris[0], tz_aware=True) as root,
        MongoClient[Document](uris[1], tz_aware=True) as client,
    ):
        yield Desk(servers, root[DATABASE], client[DATABASE])


def test_each_photo_that_was_ever_labelled_is_a_line(desk: Desk) -> None:
    desk.drawer.photo()
    photos = desk.drawer.labelled("chapéu 🎩", "shoe")
    desk.drawer.labels.put(photos[1], None, "bo")
    assert desk.write()
    record = desk.drawer.record(photos[1])
    first, second = desk.lines()
    assert first["label"] == "chapéu 🎩"
    assert second == {
        "photo": photos[1],
        "key": record["key"],
        "sha256": record["sha256"],
        "label": None,
        "history": [
            {"label": label, "by": by, "at": _rfc3339(entry["at"]), "etag": "e1"}
            for label, by, entry in zip(
                ("shoe", None), ("ana", "bo"), record["label_history"], strict=True
            )
        ],
    }


def test_a_log_is_written_when_labels_changed_and_only_then(desk: Desk) -> None:
    assert not desk.write(), "nothing was ever labelled"
    old = desk.labelled_long_ago()
    assert desk.write()
    assert not desk.write()
    new = desk.drawer.labelled("shoe")[0]
    assert desk.write()
    assert desk.labels() == {old: "hat", new: "shoe"}


def test_a_change_that_was_seen_late_is_not_forgotten(desk: Desk) -> None:
    desk.labelled_long_ago()
    assert desk.write()
    at = datetime.now(UTC) - timedelta(seconds=5)
    late = desk.drawer.photo(label="shoe", labelled_at=at, label_history=[])
    assert desk.write()
    assert late in desk.labels()


def test_a_removed_photo_drops_out_with_the_next_change_or_at_night(desk: Desk) -> None:
    photo, later, other = (desk.labelled_long_ago() for _ in range(3))
    assert desk.write()
    records = Records.of(desk.drawer.database)
    records.bury(PhotoRef(desk.name, photo))
    assert desk.write(every=True)
    assert desk.labels() == {later: "hat", other: "hat"}
    records.bury(PhotoRef(desk.name, later))
    desk.drawer.labels.put(other, "cap", "bo")
    assert desk.write()
    assert desk.labels() == {other: "cap"}


def test_labels_that_mongo_lost_stay_in_the_log_and_come_back(desk: Desk) -> None:
    kept, changed, relabelled = (desk.labelled_long_ago() for _ in range(3))
    desk.drawer.labels.put(kept, "cap", "bo")
    assert desk.write()
    history = desk.drawer.history(kept)
    desk.lose_mongo(kept, changed, relabelled)
    desk.drawer.database["photos"].update_one({"_id": changed}, {"$set": {"sha256": "other"}})
    desk.drawer.labels.put(relabelled, "shoe", "cy")
    assert desk.write()
    assert desk.labels() == {kept: "cap", changed: "hat", relabelled: "shoe"}
    assert desk.restored() == (1, 1, 1)
    assert desk.restored() == (0, 2, 1)
    record = desk.drawer.record(kept)
    assert (record["label"], desk.drawer.history(kept)) == ("cap", history)
    assert datetime.now(UTC) - record["labelled_at"] < HOUR / 2, "it has a label since now"
    assert desk.drawer.labels_of(relabelled) == ["shoe"]


def test_an_upload_s_label_that_came_again_does_not_hide_what_a_person_said(desk: Desk) -> None:
    photo = desk.labelled_long_ago("hat")
    desk.drawer.labels.put(photo, "cap", "bo")
    assert desk.write()
    now = datetime.now(UTC)
    again = {"label": "hat", "by": "ana", "at": now, "etag": "e1"}
    desk.lose_mongo(photo, label="hat", labelled_at=now, label_history=[again])
    assert desk.write()
    assert desk.labels() == {photo: "cap"}
    assert desk.restored() == (1, 0, 0)
    assert desk.drawer.labels_of(photo) == ["cap"]


@pytest.mark.parametrize("state", ["rejected", "removed"])
def test_a_photo_that_can_have_no_label_gets_none_back(state: str, desk: Desk) -> None:
    photo = desk.labelled_long_ago()
    assert desk.write()
    desk.lose_mongo(photo)
    desk.drawer.database["photos"].update_one({"_id": photo}, {"$set": {"state": state}})
    assert desk.restored() == (0, 0, 1)


def test_a_log_that_somebody_put_there_is_kept(desk: Desk) -> None:
    photo = desk.labelled_long_ago()
    assert desk.write()
    stored = desk.storage.read("models", key_of(desk.name))
    assert stored
    desk.storage.write("models", key_of(desk.name), stored.data, "text/plain", {})
    desk.lose_mongo(photo)
    other = desk.drawer.labelled("shoe")[0]
    assert desk.write()
    assert desk.labels() == {photo: "hat", other: "shoe"}


def test_a_damaged_log_is_left_as_it_is_and_said(desk: Desk) -> None:
    desk.labelled_long_ago()
    damaged = b'{"photo": "p1", "key'
    desk.storage.write("models", key_of(desk.name), damaged, "text/plain", {})
    assert not desk.write()
    stored = desk.storage.read("models", key_of(desk.name))
    assert stored
    assert stored.data == damaged
    with pytest.raises(ValueError, match=r"line 1 can't be read: .*\.$"):
        desk.restored()


def test_the_scheduler_writes_what_was_said_while_it_was_away(servers: Stack, desk: Desk) -> None:
    [photo] = desk.drawer.labelled("hat")
    start(servers, "scheduler")
    try:
        ready(servers, "scheduler")
        eventually(lambda: desk.labels() == {photo: "hat"})
    finally:
        stop(servers, "scheduler")


def _rfc3339(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
