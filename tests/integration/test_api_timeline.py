"""The timeline of a photo over HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from infra.layout import Stack
from tests.album import Album
from tests.by_hand import ETAG, WHEN, record, stored
from tests.documents import Documents
from tests.eventually import eventually
from tests.handed import collection_of
from tests.person import Person
from tests.phone import PHOTOS


def told(person: Person, photo: str) -> list[dict[str, Any]]:
    """The entries of a photo's timeline."""
    answer = person.get(f"/photos/{photo}/timeline")
    assert answer.status_code == 200, answer.text
    assert answer.json()["photo"] == photo
    entries: list[dict[str, Any]] = answer.json()["entries"]
    assert entries == sorted(entries, key=lambda entry: str(entry["at"]))
    return entries


@pytest.fixture
def failing(ana: Person, api_root: Documents) -> str:
    """A photo that on_upload failed with once, on the way to being done."""
    shells = collection_of(ana, api_root)
    [photo] = stored(api_root, record(shells))
    first, second = WHEN - timedelta(seconds=20), WHEN - timedelta(seconds=10)
    row = {
        "_id": f"uploads/{shells}/{photo}",
        "state": "done",
        "events": [{"at": first, "content": ETAG, "news": True}],
        "attempts": [
            {"at": first, "ended": second, "outcome": "failed", "token": 6,
             "code": "internal-error", "reason": "KeyError('/srv/secret')", "traceback": "..."},
            {"at": second, "ended": WHEN, "outcome": "done", "token": 7},
        ],
    }  # fmt: skip
    api_root["inbox.on_upload"].insert_one(row)
    return photo


def test_every_attempt_stands_in_the_timeline_and_the_last_word_of_the_others(
    ana: Person, failing: str
) -> None:
    entries = told(ana, failing)
    assert [(entry["function"], entry["state"]) for entry in entries] == [
        ("on_upload", "event"), ("on_upload", "failed"), ("on_upload", "done"),
        (None, "expected"), ("augment", "done"), ("classify", "done"),
    ]  # fmt: skip
    done = {"at": "2026-05-01T11:59:50.000Z", "function": "on_upload", "state": "done",
            "seconds": 10, "version": "1.0", "code": None, "reason": None}  # fmt: skip
    assert entries[2] == done


def test_only_operators_read_what_went_wrong_on_our_side(
    ana: Person, operator_person: Person, api_root: Documents, failing: str
) -> None:
    api_root["collections"].update_one(
        {f"members.{ana.name}": "owner"}, {"$set": {f"members.{operator_person.name}": "viewer"}}
    )
    [members] = [one for one in told(ana, failing) if one["state"] == "failed"]
    [operators] = [one for one in told(operator_person, failing) if one["state"] == "failed"]
    assert (members["code"], members["reason"]) == ("internal-error", None)
    assert (operators["code"], operators["reason"]) == ("internal-error", "KeyError('/srv/secret')")


def test_the_way_of_a_real_photo_is_told_from_storage_to_the_last_function(
    stack: Stack, mongo_root: Documents, album: Album
) -> None:
    owner = Person.new(stack, mongo_root)
    mongo_root["collections"].update_one(
        {"_id": album.seen.collection}, {"$set": {"members": {owner.name: "owner"}}}
    )
    key = album.phone.send(PHOTOS[1])
    eventually(lambda: album.seen.are_ready([key]))
    entries = told(owner, str(album.seen.record(key)["_id"]))
    assert (None, "stored") in [(entry["function"], entry["state"]) for entry in entries]
    done = {entry["function"]: entry for entry in entries if entry["state"] == "done"}
    assert done.keys() == {"on_upload", "augment", "classify"}
    assert all(entry["version"] and entry["seconds"] is not None for entry in done.values())
