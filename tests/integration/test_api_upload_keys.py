"""Hand-outs with an Idempotency-Key: asked for twice, the photo is one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from tests.documents import Documents
from tests.handed import asked, collection_of, fresh, hand_out, photo, posted
from tests.person import Person, problem_of


def test_a_refusal_uses_up_no_key_and_expects_no_photo(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    key = fresh()
    assert asked(hatter, hats, key, filename="🎩" * 255).status_code == 422
    assert api_root["photos"].find_one({"collection": hats}) is None
    assert asked(hatter, hats, key).status_code == 201


def test_the_same_key_gives_the_same_photo_with_a_fresh_form(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    key = fresh()
    first, again = hand_out(hatter, hats, key), hand_out(hatter, hats, key)
    assert first["photo"] == again["photo"]
    assert first["fields"]["policy"] != again["fields"]["policy"]
    assert api_root["photos"].count_documents({"collection": hats}) == 1
    assert posted(again).status_code == 204


def test_a_key_is_the_callers_own_and_the_collections_own(
    hatter: Person, ben: Person, api_root: Documents
) -> None:
    key, mine = fresh(), collection_of(hatter, api_root, **{ben.name: "editor"})
    others = collection_of(hatter, api_root)
    handed = [hand_out(hatter, mine, key), hand_out(ben, mine, key), hand_out(hatter, others, key)]
    assert len({form["photo"] for form in handed}) == 3


def test_a_key_that_came_with_another_body_is_refused(hatter: Person, hats: str) -> None:
    key = fresh()
    hand_out(hatter, hats, key)
    again = asked(hatter, hats, key, filename="cap.jpg")
    assert problem_of(again) == (422, "idempotency-key-reused")


def test_one_key_at_once_from_many_threads_is_one_photo(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    key = fresh()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: asked(hatter, hats, key), range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["photo"] for answer in answers}) == 1
    assert api_root["photos"].count_documents({"collection": hats}) == 1


def test_a_hand_out_that_was_killed_after_its_key_was_written_goes_on(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    key = fresh()
    form = hand_out(hatter, hats, key)
    api_root["photos"].delete_one({"_id": form["photo"]})
    again = hand_out(hatter, hats, key)
    assert again["photo"] == form["photo"]
    assert photo(api_root, form["photo"])["state"] == "expected"


def test_a_key_is_forgotten_after_a_day(hatter: Person, hats: str, api_root: Documents) -> None:
    [index] = [
        one
        for one in api_root["handouts"].index_information().values()
        if "expireAfterSeconds" in one
    ]
    assert index["expireAfterSeconds"] == 0
    hand_out(hatter, hats, fresh())
    row = api_root["handouts"].find_one({}, sort=[("expires_at", -1)])
    assert row
    left = row["expires_at"] - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(hours=24)


def test_the_key_of_a_photo_that_has_come_gives_its_record(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    key = fresh()
    form = hand_out(hatter, hats, key)
    api_root["photos"].update_one({"_id": form["photo"]}, {"$set": {"state": "received"}})
    again = asked(hatter, hats, key)
    assert again.status_code == 200
    told = again.json()
    assert (told["photo"], told["duplicate"]) == (form["photo"], True)
    assert (told["record"]["id"], told["record"]["state"]) == (form["photo"], "received")


def test_the_key_of_a_photo_that_was_removed_gives_a_new_one(
    hatter: Person, hats: str, api_root: Documents
) -> None:
    key = fresh()
    form = hand_out(hatter, hats, key)
    tombstone = {"_id": form["photo"], "collection": hats, "state": "removed"}
    api_root["photos"].replace_one({"_id": form["photo"]}, tombstone)
    new, again = hand_out(hatter, hats, key), hand_out(hatter, hats, key)
    assert new["photo"] == again["photo"] != form["photo"]
