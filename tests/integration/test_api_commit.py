"""Commits: the file is there, says its sender, and the answer may wait for what becomes of it."""

from hashlib import sha256
from typing import Any

import pytest
import uuid6

from infra.layout import Stack
from infra.wire_storage import storage_client
from tests.documents import Documents
from tests.eventually import eventually
from tests.handed import asked, collection_of, hand_out, posted
from tests.person import Person, problem_of
from tests.phone import PHOTOS

Record = dict[str, Any]


@pytest.fixture(scope="module")
def sender(stack: Stack, mongo_root: Documents) -> Person:
    """Somebody in the stack where all functions run."""
    return Person.new(stack, mongo_root)


@pytest.fixture
def shelf(sender: Person, mongo_root: Documents) -> str:
    """A collection of the sender's."""
    return collection_of(sender, mongo_root)


def test_a_commit_makes_work_due_when_the_file_is_there(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    form = hand_out(hatter, hats)
    row, inbox = f"uploads/{form['fields']['key']}", api_root["inbox.on_upload"]
    assert problem_of(commit(hatter, form["photo"])) == (409, "not-uploaded")
    assert inbox.find_one({"_id": row}) is None
    assert posted(form).status_code == 204
    answer = commit(hatter, form["photo"])
    assert answer.status_code == 202
    assert (answer.json()["id"], answer.json()["state"]) == (form["photo"], "expected")
    assert "Preference-Applied" not in answer.headers
    known = inbox.find_one({"_id": row})
    assert known
    assert known["state"] == "waiting"


def test_a_commit_of_a_file_that_was_looked_at_makes_no_work(
    hatter: Person, hats: str, api: Stack, api_root: Documents
) -> None:
    form = hand_out(hatter, hats)
    assert posted(form).status_code == 204
    row, inbox = f"uploads/{form['fields']['key']}", api_root["inbox.on_upload"]
    commit(hatter, form["photo"])
    etag = storage_client(api).stat_object("uploads", form["fields"]["key"]).etag
    done = {"$set": {"state": "done", "content": etag, "pending": []}, "$unset": {"due": True}}
    inbox.update_one({"_id": row}, done)
    assert commit(hatter, form["photo"]).status_code == 202
    assert (inbox.find_one({"_id": row}) or {})["state"] == "done"


def test_only_editors_commit_and_others_see_no_photo(
    hatter: Person, ben: Person, api_root: Documents
) -> None:
    mine = collection_of(hatter, api_root)
    photo = hand_out(hatter, mine)["photo"]
    assert problem_of(commit(ben, photo)) == (404, "not-found")
    assert problem_of(commit(ben, str(uuid6.uuid7()))) == (404, "not-found")
    api_root["collections"].update_one({"_id": mine}, {"$set": {f"members.{ben.name}": "viewer"}})
    assert problem_of(commit(ben, photo)) == (403, "forbidden")


@pytest.mark.parametrize("prefer", ["wait=1", "respond-async, wait=1"])
def test_a_commit_that_waits_in_vain_is_still_accepted(
    hatter: Person, hats: str, prefer: str
) -> None:
    form = hand_out(hatter, hats)
    posted(form)
    answer = commit(hatter, form["photo"], prefer)
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (202, "wait")
    assert answer.elapsed.total_seconds() >= 1


def test_a_commit_that_waits_is_answered_with_the_category_and_the_bytes_are_known_from_then_on(
    sender: Person, shelf: str
) -> None:
    photo = PHOTOS[0]
    form = hand_out(sender, shelf, size=len(photo), label="Coat")
    assert posted(form, photo).status_code == 204
    answer = commit(sender, form["photo"], "wait=20")
    told = answer.json()
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "wait")
    assert told["category"]
    assert (told["label"], told["filename"], told["size"]) == ("Coat", "hat.jpg", len(photo))
    again = asked(sender, shelf, size=len(photo), sha256=sha256(photo).hexdigest())
    assert again.status_code == 200
    assert again.json()["photo"] == form["photo"]


def test_a_commit_of_other_bytes_under_the_same_form_waits_for_what_is_said_of_those(
    sender: Person, shelf: str
) -> None:
    form = hand_out(sender, shelf)
    for photo in PHOTOS[1:3]:
        assert posted(form, photo).status_code == 204
        told = commit(sender, form["photo"], "wait=20").json()
        assert (told["sha256"], told["size"]) == (sha256(photo).hexdigest(), len(photo))
        assert told["category"]


def test_a_file_that_is_not_the_one_that_was_announced_is_rejected(
    sender: Person, shelf: str
) -> None:
    announced, sent = PHOTOS[3], PHOTOS[4]
    form = hand_out(sender, shelf, sha256=sha256(announced).hexdigest())
    assert posted(form, sent).status_code == 204
    told = commit(sender, form["photo"], "wait=20").json()
    assert (told["state"], told["error"]["code"]) == ("rejected", "checksum-mismatch")
    again = asked(sender, shelf, sha256=sha256(announced).hexdigest())
    assert again.status_code == 201, "what was only promised is no duplicate"
    assert again.json()["photo"] != form["photo"]


def test_a_late_file_revives_an_expired_photo(
    sender: Person, shelf: str, mongo_root: Documents
) -> None:
    form = hand_out(sender, shelf)
    mongo_root["photos"].update_one({"_id": form["photo"]}, {"$set": {"state": "expired"}})
    assert posted(form, PHOTOS[5]).status_code == 204
    eventually(lambda: (mongo_root["photos"].find_one({"_id": form["photo"]}) or {})
               .get("state") == "ready")  # fmt: skip


def commit(person: Person, photo: str, prefer: str | None = None) -> Any:
    headers = {"Prefer": prefer} if prefer else {}
    return person.post(f"/photos/{photo}/commit", headers=headers)
