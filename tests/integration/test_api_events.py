"""Events over HTTP: who hears what, how soon, and that nothing is missed and nothing told twice."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import uuid6

from functions.api.events.change import Kind
from functions.api.events.hub import Hub
from functions.api.events.journal import Journal, Position
from functions.api.events.moment import id_at
from functions.api.events.watcher import Watcher
from infra.layout import Stack
from tests.another_api import another_api
from tests.documents import Documents
from tests.dying import kill, kill_and_wait
from tests.eventually import eventually
from tests.listener import Heard, listening
from tests.person import Person, problem_of

LISTENERS = 200


@pytest.fixture
def shells(ana: Person, api_root: Documents) -> "Wall":
    """A collection of Ana's with one photo."""
    return Wall.of(ana, api_root)


class Wall:
    """A collection of one person, with a photo whose label can be said."""

    def __init__(self, root: Documents, collection: str, photo: str) -> None:
        self._root = root
        self.collection = collection
        self.photo = photo

    @classmethod
    def of(cls, person: Person, root: Documents) -> "Wall":
        """A new one."""
        collection, photo = f"wall-{uuid6.uuid7().hex[-12:]}", str(uuid6.uuid7())
        members = {person.name: "owner"}
        root["collections"].insert_one({"_id": collection, "name": "Wall", "members": members})
        received = {"state": "received", "uploaded_at": datetime.now(UTC)}
        root["photos"].insert_one({"_id": photo, "collection": collection, **received})
        told = {"collection": collection, "about": photo}
        eventually(lambda: root["changes"].find_one(told), says="the new photo is told of")
        return cls(root, collection, photo)

    def say(self, **fields: Any) -> None:
        """Something becomes known of the photo."""
        self._root["photos"].update_one({"_id": self.photo}, {"$set": fields})

    def let_in(self, person: Person, role: str = "viewer") -> None:
        """Make somebody a member."""
        own, field = {"_id": self.collection}, f"members.{person.name}"
        self._root["collections"].update_one(own, {"$set": {field: role}})

    def put_out(self, person: Person) -> None:
        """Make somebody a member no more."""
        own, field = {"_id": self.collection}, f"members.{person.name}"
        self._root["collections"].update_one(own, {"$unset": {field: ""}})

    def journal(self) -> list[str]:
        """What the journal holds of the photo's labels, in order."""
        rows = self._root["changes"].find({"collection": self.collection}).sort("_id")
        return [row["changed"]["label"] for row in rows if "label" in row["changed"]]


def labels(heard: list[Heard]) -> list[str]:
    """The labels that the events tell."""
    return [one.data["changed"].get("label") for one in heard]


def mark(person: Person, wall: Wall) -> str:
    """The id of an event of now."""
    with listening(person) as listener:
        wall.say(label="mark")
        return listener.next().id


def test_what_happens_is_heard_at_once_with_the_new_values(ana: Person, shells: Wall) -> None:
    with listening(ana) as listener:
        begun = time.monotonic()
        shells.say(category="whelk", confidence=0.75, model="general", filename="a.jpg")
        heard = listener.next()
        assert time.monotonic() - begun < 2
    assert listener.answer.headers["Content-Type"].startswith("text/event-stream")
    assert listener.answer.headers["X-Accel-Buffering"] == "no"
    assert heard.event == "photo"
    assert heard.data["collection"] == shells.collection
    assert heard.data["photo"] == shells.photo
    changed = {"category": "whelk", "confidence": 0.75, "model": "general"}
    assert heard.data["changed"] == changed
    assert heard.data["at"].endswith("Z")


def test_every_kind_of_change_is_told(ana: Person, shells: Wall, api_root: Documents) -> None:
    own = {"collection": shells.collection}
    with listening(ana) as listener:
        api_root["trainings"].insert_one({"_id": "t1" + shells.photo, **own, "state": "queued"})
        swapped = {"_id": str(uuid6.uuid7()), **own, "version": "v2", "previous": None}
        api_root["model_log"].insert_one(swapped)
        it = {"_id": shells.collection}
        api_root["collections"].update_one(it, {"$set": {"name": "Shells", "counter": 1}})
        api_root["collections"].update_one(it, {"$set": {"counter": 2}})
        error = {"code": "truncated", "at": datetime(2026, 1, 2, tzinfo=UTC)}
        shells.say(error=error, state="rejected")
        heard = listener.several(4)
        api_root["collections"].delete_one(it)
        heard.append(listener.next())
    told = [(one.event, one.data["changed"]) for one in heard]
    assert told == [
        ("training", {"state": "queued"}),
        ("model", {"version": "v2", "previous": "general"}),
        ("collection", {"name": "Shells"}),
        (
            "photo",
            {"state": "rejected", "error": {"code": "truncated", "at": "2026-01-02T00:00:00.000Z"}},
        ),
        ("collection", {"deleted": True}),
    ]


def test_nobody_hears_through_the_wall(
    ana: Person, ben: Person, shells: Wall, api_root: Documents
) -> None:
    bens = Wall.of(ben, api_root)
    with listening(ana) as ana_hears, listening(ben) as ben_hears:
        shells.say(label="of ana's")
        bens.say(label="of ben's")
        shells.say(label="the end")
        assert labels(ana_hears.several(2)) == ["of ana's", "the end"]
        assert labels([ben_hears.next()]) == ["of ben's"]
    path = f"/collections/{shells.collection}/changes"
    assert problem_of(ben.get(path)) == (404, "not-found")
    assert problem_of(requests.get(f"{ben.url}/events", timeout=30)) == (401, "not-signed-in")


def test_members_hear_from_when_they_come_until_they_go(
    ben: Person, shells: Wall, api_root: Documents
) -> None:
    bens = Wall.of(ben, api_root)
    with listening(ben) as listener:
        shells.say(label="before")
        shells.let_in(ben)
        assert ben.name in listener.next().data["changed"]["members"]
        shells.say(label="inside")
        assert labels([listener.next()]) == ["inside"]
        shells.put_out(ben)
        shells.say(label="after")
        bens.say(label="at home")
        went, home = listener.several(2)
    assert ben.name not in went.data["changed"]["members"]
    assert labels([home]) == ["at home"]


def test_who_comes_again_gets_exactly_what_was_missed(ana: Person, shells: Wall) -> None:
    since, missed = mark(ana, shells), [f"missed {number}" for number in range(7)]
    for label in missed:
        shells.say(label=label)
    with listening(ana, since) as listener:
        heard = listener.several(7)
        shells.say(label="live")
        heard.append(listener.next())
    assert labels(heard) == [*missed, "live"]
    assert sorted({one.id for one in heard}) == [one.id for one in heard]
    with listening(ana, heard[3].id) as listener:
        assert labels(listener.several(4)) == [*missed[4:], "live"]


def test_the_pages_tell_the_same(ana: Person, shells: Wall) -> None:
    since = mark(ana, shells)
    for label in ("a", "b", "c"):
        shells.say(label=label)
    path, told, cursor = f"/collections/{shells.collection}/changes", [], since
    eventually(lambda: len(ana.get(f"{path}?cursor={since}").json()["items"]) == 3)
    for count in (2, 1):
        page = ana.get(f"{path}?cursor={cursor}&limit=2").json()
        assert not page["reset"]
        assert len(page["items"]) == count
        told += page["items"]
        cursor = page["next"]
    assert cursor is None
    assert [one["changed"]["label"] for one in told] == ["a", "b", "c"]
    assert {one["photo"] for one in told} == {shells.photo}
    with listening(ana, page["resume"]) as listener:
        shells.say(label="d")
        assert labels([listener.next()]) == ["d"]
    assert problem_of(ana.get(f"{path}?cursor=none")) == (422, "wrong-field")


def test_an_id_that_is_too_old_gets_one_reset(ana: Person, shells: Wall) -> None:
    old = id_at(datetime.now(UTC) - timedelta(hours=25))
    for since in (old, "somebody else's"):
        with listening(ana, since) as listener:
            reset = listener.next()
            assert reset.event == "reset"
            shells.say(label=since)
            assert labels([listener.next()]) == [since]
        with listening(ana, reset.id) as listener:
            assert labels([listener.next()]) == [since]
    page = ana.get(f"/collections/{shells.collection}/changes?cursor={old}").json()
    assert page["reset"]
    assert page["items"] == []
    page = ana.get(f"/collections/{shells.collection}/changes?cursor={page['resume']}").json()
    assert not page["reset"]


def test_two_hundred_listen_to_one_process(
    api: Stack, ana: Person, shells: Wall, api_root: Documents
) -> None:
    people = [ana, *(Person.new(api, api_root) for _ in range(3))]
    for other in people[1:]:
        shells.let_in(other)
    with ExitStack() as stack:
        raw = (_raw(people[number % len(people)]) for number in range(LISTENERS))
        listeners = [stack.enter_context(one) for one in raw]
        for one in listeners:
            _until(one, b"retry: ")
        shells.say(label="for all")
        heard = [_until(one, b"for all") for one in listeners]
    assert [text.count(b"event: photo") for text in heard] == [1] * LISTENERS


@contextmanager
def _raw(person: Person) -> Iterator[socket.socket]:
    host, port = person.url.removeprefix("http://").split(":")
    with closing(socket.create_connection((host, int(port)), timeout=20)) as connection:
        token = person.session.headers["Authorization"]
        asked = f"GET /events HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token!s}\r\n\r\n"
        connection.sendall(asked.encode())
        yield connection


def _until(connection: socket.socket, text: bytes) -> bytes:
    heard = b""
    while text not in heard:
        more = connection.recv(4096)
        assert more, f"the stream ended: {heard!r}"
        heard += more
    return heard


def test_killed_and_started_again_nothing_is_lost(api: Stack, ana: Person, shells: Wall) -> None:
    since, said = mark(ana, shells), [f"while it is away {number}" for number in range(20)]
    with listening(ana) as cut_off:
        kill(api, "api")
        for label in said:
            shells.say(label=label)
        with pytest.raises((requests.RequestException, StopIteration)):
            cut_off.several(len(said))
    with listening(ana, since) as listener:
        assert labels(listener.several(20)) == said
    assert shells.journal() == ["mark", *said]


def test_two_processes_tell_the_same_once_and_end_their_streams_when_they_stop(
    api: Stack, ana: Person, shells: Wall
) -> None:
    said = [f"twice {number}" for number in range(20)]
    with ExitStack() as stack:
        with another_api(api) as second:
            other = Person(ana.name, second.url("api"), ana.session)
            there = stack.enter_context(listening(other))
            with listening(ana) as here:
                for label in said:
                    shells.say(label=label)
                heard = here.several(20)
            assert labels(heard) == said
            assert there.several(20) == heard
            with listening(other, heard[9].id) as again:
                assert again.several(10) == heard[10:]
        # Not cut off: the answer is whole.
        with pytest.raises(StopIteration):
            there.next()
    assert shells.journal() == said


def test_mongo_away_for_a_moment_loses_nothing(api: Stack, ana: Person, shells: Wall) -> None:
    with listening(ana) as listener:
        shells.say(label="before")
        kill_and_wait(api, "mongo")
        shells.say(label="after")
        assert labels(listener.several(2)) == ["before", "after"]


def test_a_lost_place_in_mongos_log_is_one_reset_for_all(api_root: Documents) -> None:
    database = api_root.client[f"lost-{uuid6.uuid7().hex[-12:]}"]
    journal, hub, now = Journal.of(database), Hub(), datetime.now(UTC)
    since = id_at(now - timedelta(minutes=5))
    journal.keep(Position({"_data": "00"}, since))
    watcher = Watcher(database, journal, hub)
    watcher.start()
    try:
        eventually(lambda: hub.last, says="changes are followed")
        told = list(journal.between([], since, hub.last or ""))
        assert [change.kind for change in told] == [Kind.RESET]
        kept = journal.position()
        assert kept
        assert kept.last == told[0].id
    finally:
        watcher.stop()
        eventually(lambda: not watcher.alive())
