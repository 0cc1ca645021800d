"""Hand-outs of bytes that are here already, or were handed out before."""

import pytest

from tests.documents import Documents
from tests.handed import DIGEST, asked, came, hand_out, photo, posted
from tests.person import Person


@pytest.mark.parametrize("state", ["received", "ready", "failed"])
def test_bytes_that_are_here_are_not_sent_again(
    hatter: Person, hats: str, api_root: Documents, state: str
) -> None:
    there = came(api_root, hats, state)
    answer = asked(hatter, hats, sha256=DIGEST)
    assert answer.status_code == 200
    told = answer.json()
    assert told.keys() == {"photo", "duplicate", "record"}
    assert (told["photo"], told["duplicate"]) == (there["_id"], True)
    assert told["record"]["sha256"] == DIGEST


@pytest.mark.parametrize(
    ("state", "recorder"),
    [
        ("received", "received"),
        ("failed", "failed"),
        *((state, "done") for state in ("rejected", "expected", "expired", "removed")),
    ],
)
def test_a_sha256_that_nobody_computed_of_bytes_that_are_here_makes_no_duplicate(
    hatter: Person, hats: str, api_root: Documents, state: str, recorder: str
) -> None:
    there = came(api_root, hats, state, recorder)
    assert hand_out(hatter, hats, sha256=DIGEST)["photo"] != there["_id"]


def test_the_same_bytes_in_another_collection_are_no_duplicate(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    came(api_root, "somebody-elses")
    assert asked(hatter, hats, sha256=DIGEST).status_code == 201


def test_a_duplicate_takes_the_label_if_nobody_has_said_one(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    there = came(api_root, hats)
    assert hand_out(hatter, hats, sha256=DIGEST, label="Hat")["record"]["label"] == "Hat"
    assert hand_out(hatter, hats, sha256=DIGEST, label="Cap")["record"]["label"] == "Hat"
    [said] = photo(api_root, there["_id"])["label_history"]
    assert said["by"] == hatter.name


@pytest.mark.parametrize("state", ["expected", "expired"])
def test_the_callers_own_photo_that_has_not_come_gets_a_fresh_form(
    hatter: Person, hats: str, api_root: Documents, state: str
) -> None:
    first = hand_out(hatter, hats, sha256=DIGEST)
    api_root["photos"].update_one({"_id": first["photo"]}, {"$set": {"state": state}})
    again = hand_out(hatter, hats, sha256=DIGEST, filename="again.jpg")
    assert again["photo"] == first["photo"]
    record = photo(api_root, first["photo"])
    assert (record["state"], record["filename"]) == ("expected", "again.jpg")
    assert posted(again).status_code == 204
