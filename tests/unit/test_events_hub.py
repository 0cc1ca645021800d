"""Who hears what in one process, and what becomes of those who do not listen."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson import Timestamp
from pymongo import MongoClient

from functions.api.caller import Caller, Role, Scope
from functions.api.events.change import Change, Kind
from functions.api.events.hub import MOST_UNREAD, Ear, Hub
from functions.api.events.journal import Journal
from functions.api.events.moment import id_at, id_of
from functions.api.events.stream import Stream
from functions.api.refusals import NotReady

NOBODYS = {"_id": "nobodys"}
BEGUN = id_of(Timestamp(1000, 0), 0)
SHELLS = {"_id": "shells", "members": {"ana": "owner", "ben": "viewer"}}
COINS = {"_id": "coins", "members": {"ana": "owner"}}


def change(number: int, collection: str = "shells", kind: Kind = Kind.PHOTO) -> Change:
    """A change, the later the higher its number."""
    told = {"label": str(number)}
    return Change(
        id_of(Timestamp(1000, number), 0), kind, datetime.now(UTC), collection, "it", told
    )


@pytest.fixture
def hub() -> Hub:
    """A hub that follows two collections and has room for three."""
    made = Hub(most=3)
    made.begin([SHELLS, COINS], BEGUN)
    return made


@pytest.fixture
def journal() -> Iterator[Journal]:
    """A journal that nobody has to read: Mongo is not there."""
    with MongoClient[dict[str, Any]](connect=False) as client:
        yield Journal.of(client["nowhere"])


def ear(hub: Hub, name: str, scope: Scope | None = None) -> Ear:
    """Somebody who listens."""
    made = Ear(Caller(name, False, "token", scope), lambda: None)
    hub.join(made)
    return made


def heard(listener: Ear) -> list[str]:
    """What was handed to somebody so far."""
    return [one.changed["label"] for one in iter(lambda: listener.next(0), None)]


def test_members_hear_and_others_do_not(hub: Hub) -> None:
    ana, ben, zoe = (ear(hub, name) for name in ("ana", "ben", "zoe"))
    hub.deliver(change(1, "shells"))
    hub.deliver(change(2, "coins"))
    hub.deliver(change(3, "nowhere-known"))
    assert (heard(ana), heard(ben), heard(zoe)) == (["1", "2"], ["1"], [])


def test_a_named_token_hears_of_its_collection_only(hub: Hub) -> None:
    camera = ear(hub, "ana", Scope("camera", "coins", Role.VIEWER))
    hub.deliver(change(1, "shells"))
    hub.deliver(change(2, "coins"))
    assert heard(camera) == ["2"]


def test_who_is_put_out_hears_of_that_and_then_nothing(hub: Hub) -> None:
    ben = ear(hub, "ben")
    hub.deliver(change(1, kind=Kind.COLLECTION), {"_id": "shells", "members": {"ana": "owner"}})
    hub.deliver(change(2))
    assert heard(ben) == ["1"]


def test_whoever_does_not_read_is_cut_off(hub: Hub) -> None:
    cuts: list[str] = []
    slow = Ear(Caller("ana", False, "token"), lambda: cuts.append("cut"))
    hub.join(slow)
    for number in range(MOST_UNREAD):
        hub.deliver(change(number))
    assert not cuts
    hub.deliver(change(MOST_UNREAD))
    assert cuts == ["cut"]
    assert slow.ended


def test_beyond_the_limit_somebody_has_to_leave_first(hub: Hub) -> None:
    first, _, _ = (ear(hub, "ana") for _ in range(3))
    with pytest.raises(NotReady) as refused:
        ear(hub, "ben")
    assert refused.value.code == "too-many-listeners"
    assert refused.value.headers["Retry-After"]
    hub.leave(first)
    ear(hub, "ben")


def test_nobody_listens_before_changes_are_followed_or_after_the_end(hub: Hub) -> None:
    listener = ear(hub, "ana")
    hub.stop()
    assert listener.next(0) is None
    assert listener.ended
    for closed in (hub, Hub()):
        with pytest.raises(NotReady):
            ear(closed, "ana")


def test_a_silent_stream_gives_signs_of_life_until_its_token_ends(
    hub: Hub, journal: Journal
) -> None:
    answers = iter([True, True, False])
    stream = Stream(hub, journal, lambda: next(answers), heartbeat_seconds=0.01)
    text = list(stream.text(ear(hub, "ana"), None, BEGUN))
    assert text[:2] == ["retry: 2000\n", f"id: {BEGUN}\n\n"]
    assert text[2:] == [f": still here\nid: {BEGUN}\n\n"] * 2


def test_in_quiet_times_a_listeners_id_goes_on_with_the_clock(hub: Hub, journal: Journal) -> None:
    now = datetime.now(UTC)
    hub.seen(now)
    answers = iter([True, False])
    stream = Stream(hub, journal, lambda: next(answers), heartbeat_seconds=0.01)
    *_, last = stream.text(ear(hub, "ana"), None, BEGUN)
    assert last == f": still here\nid: {id_at(now - timedelta(hours=1))}\n\n"


def test_what_comes_again_is_told_once(hub: Hub, journal: Journal) -> None:
    listener = ear(hub, "ana")
    for number in (1, 2, 1, 2, 3):
        hub.deliver(change(number))
    stream = Stream(hub, journal, lambda: False, heartbeat_seconds=0.05)
    text = list(stream.text(listener, None, BEGUN))
    ids = [one.partition("\n")[0] for one in text[2:]]
    assert ids == [f"id: {change(number).id}" for number in (1, 2, 3)]


def test_a_collection_without_members_is_heard_of_by_nobody_and_stops_nobody(hub: Hub) -> None:
    ana = ear(hub, "ana")
    hub.deliver(change(1, "nobodys", Kind.COLLECTION), NOBODYS)
    hub.deliver(change(2, "nobodys"))
    hub.deliver(change(3))
    assert (heard := ana.next(1)) is not None
    assert heard.id == change(3).id
