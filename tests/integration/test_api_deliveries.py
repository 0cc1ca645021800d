"""Deliveries and functions over HTTP, with rows as functions leave them."""

from collections.abc import Iterator

import pytest
import uuid6

from functions.runtime.claim import Outcome
from functions.runtime.collections import Collections
from functions.runtime.database import Document
from functions.runtime.inbox import Inbox
from tests.documents import Documents
from tests.person import Person, problem_of

FAILED = Outcome("parked", "failed", "internal-error", "Something failed on our side.", "trace")
REFUSED = Outcome("parked", "rejected", "svg", "This is an SVG drawing, not a photo.")


class Desk:
    """A collection of Ana's and what on_upload and classify owe its photos."""

    def __init__(self, root: Documents, owner: str) -> None:
        self.root = root
        self.collection = str(Collections.of(root).add("Wardrobe", owner)["_id"])

    def photo(self, outcome: Outcome | None, function: str = "on_upload") -> str:
        """A photo whose delivery ended so; None leaves it waiting."""
        photo = str(uuid6.uuid7())
        place = f"{self.collection}/{photo}"
        record = {"_id": photo, "collection": self.collection, "key": place, "state": "received"}
        self.root["photos"].insert_one(record)
        bucket, key = ("uploads", place) if function == "on_upload" else ("images", f"{place}.jpg")
        inbox = Inbox.of(self.root, function)
        row = inbox.ask(bucket, key)
        if outcome is not None:
            claim = inbox.claim(str(row))
            assert claim is not None
            inbox.settle(claim, "etag", outcome)
        return photo

    def row(self, photo: str, function: str = "on_upload") -> Document:
        """The row of a photo's delivery."""
        ending = photo if function == "on_upload" else f"{photo}.jpg"
        key = f"{self.collection}/{ending}"
        return self.root[f"inbox.{function}"].find_one({"key": key}) or {}

    def clear(self) -> None:
        """Take the rows away: what waits would be found by tests that follow."""
        for function in ("on_upload", "classify"):
            self.root[f"inbox.{function}"].delete_many({"key": {"$regex": f"^{self.collection}/"}})
            self.root[f"inbox.{function}"].delete_many({"_id": {"$regex": "^body:"}})


@pytest.fixture
def desk(ana: Person, api_root: Documents) -> Iterator[Desk]:
    """Nothing on it yet."""
    desk = Desk(api_root, ana.name)
    yield desk
    desk.clear()


def listed(operator: Person, **wanted: object) -> list[Document]:
    answer = operator.get("/deliveries", params=wanted)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def test_deliveries_are_found_by_state_function_collection_and_code(
    operator_person: Person, desk: Desk
) -> None:
    failed, refused, waiting = desk.photo(FAILED), desk.photo(REFUSED), desk.photo(None)
    late = desk.photo(FAILED, "classify")
    own = {"collection": desk.collection}

    def found(**wanted: str) -> list[str]:
        return [one["photo"] for one in listed(operator_person, **own, **wanted)]

    assert found() == [waiting, refused, failed, late]
    assert found(state="parked") == [refused, failed, late]
    assert found(state="waiting") == [waiting]
    done = [desk.photo(Outcome("done", "done")) for _ in range(3)]
    assert found(state="done") == done[::-1]
    assert found(state="parked") == [refused, failed, late]
    assert found(code="internal-error") == [failed, late]
    assert found(function="classify") == [late]
    assert found(function="classify", code="svg") == []
    for wrong in ({"function": "nobody"}, {"state": "done"}):
        answer = operator_person.get("/deliveries", params=wrong)
        assert problem_of(answer) == (422, "wrong-field")


def test_a_delivery_tells_what_happened_to_it(operator_person: Person, desk: Desk) -> None:
    photo = desk.photo(FAILED)
    (told,) = listed(operator_person, collection=desk.collection)
    assert (told["function"], told["bucket"]) == ("on_upload", "uploads")
    assert (told["key"], told["collection"]) == (f"{desk.collection}/{photo}", desk.collection)
    assert (told["state"], told["code"]) == ("parked", "internal-error")
    assert told["reason"] == FAILED.reason
    (attempt,) = told["attempts"]
    assert attempt.keys() == {"at", "ended", "outcome", "code", "reason"}
    assert told["opened_at"] <= attempt["at"] <= attempt["ended"] == told["since"]


def test_pages_go_through_all_functions_and_miss_none(operator_person: Person, desk: Desk) -> None:
    first, second, third = (desk.photo(FAILED) for _ in range(3))
    photos = [third, second, first, desk.photo(FAILED, "classify")]
    seen: list[str] = []
    wanted = {"collection": desk.collection, "limit": 2}
    page = operator_person.get("/deliveries", params=wanted).json()
    while True:
        seen += [one["photo"] for one in page["items"]]
        if page["next"] is None:
            break
        page = operator_person.get("/deliveries", params={**wanted, "cursor": page["next"]}).json()
    assert seen == photos
    broken = operator_person.get("/deliveries", params={"cursor": "bnVsbA"})
    assert problem_of(broken) == (422, "wrong-field")


def test_an_operator_replays_one_delivery(operator_person: Person, desk: Desk) -> None:
    photo = desk.photo(REFUSED)
    (told,) = listed(operator_person, collection=desk.collection)
    path = f"/deliveries/{told['id']}/replay"
    answer = operator_person.post(path)
    assert (answer.status_code, answer.json()) == (202, {"replayed": 1})
    assert desk.row(photo)["state"] == "waiting"
    assert problem_of(operator_person.post(path)) == (409, "not-parked")
    line = desk.root["audit"].find_one({"action": "delivery.replay", "photo": photo}) or {}
    assert (line["by"], line["collection"]) == (operator_person.name, desk.collection)
    for unknown in ("nonsense", "b25fdXBsb2FkOm5v", "%E2%82%AC"):
        answer = operator_person.post(f"/deliveries/{unknown}/replay")
        assert problem_of(answer) == (404, "not-found")


def test_an_operator_replays_by_filter(operator_person: Person, desk: Desk) -> None:
    failed, refused, late = desk.photo(FAILED), desk.photo(REFUSED), desk.photo(FAILED, "classify")
    own = {"collection": desk.collection}

    def replayed(**filters: str) -> int:
        answer = operator_person.post("/deliveries/replay", json={**own, **filters})
        assert answer.status_code == 202, answer.text
        return int(answer.json()["replayed"])

    assert replayed(function="classify", code="svg") == 0
    assert replayed(function="classify") == 1
    assert desk.row(late, "classify")["state"] == "waiting"
    assert replayed(photo=refused) == 1
    assert desk.row(failed)["state"] == "parked"
    assert replayed() == 1
    assert desk.row(failed)["state"] == "waiting"
    assert problem_of(operator_person.post("/deliveries/replay", json={}))[0] == 422
    odd = operator_person.post("/deliveries/replay", json={"photo": "\ud800"})
    assert problem_of(odd) == (422, "wrong-field")
    other = {"collection": "another", "photo": failed}
    assert problem_of(operator_person.post("/deliveries/replay", json=other)) == (404, "not-found")


def test_an_editor_replays_what_failed_and_not_what_was_refused(
    operator_person: Person, ana: Person, ben: Person, desk: Desk
) -> None:
    failed, refused = desk.photo(FAILED), desk.photo(REFUSED)
    rows = listed(operator_person, collection=desk.collection)
    paths = {one["photo"]: f"/deliveries/{one['id']}/replay" for one in rows}
    assert problem_of(ana.post(paths[refused])) == (409, "not-failed")
    assert problem_of(ben.post(paths[failed])) == (404, "not-found")
    assert ana.post(paths[failed]).status_code == 202
    again, own = desk.photo(FAILED), {"collection": desk.collection}
    assert problem_of(ben.post("/deliveries/replay", json=own)) == (404, "not-found")
    assert problem_of(ben.post("/deliveries/replay", json={"photo": again})) == (404, "not-found")
    assert problem_of(ana.post("/deliveries/replay", json={"code": "svg"})) == (404, "not-found")
    assert ana.post("/deliveries/replay", json={**own, "code": "svg"}).json() == {"replayed": 0}
    assert ana.post("/deliveries/replay", json={"photo": again}).json() == {"replayed": 1}
    assert ana.post("/deliveries/replay", json=own).json() == {"replayed": 0}
    assert desk.row(refused)["state"] == "parked"
    joined = {"$set": {f"members.{ben.name}": "viewer"}}
    desk.root["collections"].update_one({"_id": desk.collection}, joined)
    assert problem_of(ben.post(paths[failed])) == (403, "forbidden")


def test_a_message_that_was_not_understood_is_read_again(
    operator_person: Person, desk: Desk
) -> None:
    inbox = Inbox.of(desk.root, "classify")
    inbox.park_body(b"what?", "not a bucket notification: ValueError")
    wanted = {"state": "parked", "code": "not-an-event", "function": "classify"}
    (told,) = listed(operator_person, **wanted)
    assert told["bucket"] is told["key"] is told["photo"] is None
    path = f"/deliveries/{told['id']}/replay"
    assert problem_of(operator_person.post(path)) == (409, "not-an-event")
    answer = operator_person.post("/deliveries/replay", json={"code": "not-an-event"})
    assert answer.json() == {"replayed": 0}
    understood = b'{"Records": []}'
    desk.root["inbox.classify"].update_one({"code": "not-an-event"}, {"$set": {"body": understood}})
    assert operator_person.post(path).status_code == 202
    assert listed(operator_person, **wanted) == []


def test_functions_tell_what_they_have_to_do(operator_person: Person, desk: Desk) -> None:
    def told() -> Document:
        items = operator_person.get("/functions").json()["items"]
        assert [one["function"] for one in items] == ["on_upload", "augment", "classify"]
        return dict(items[0])

    before = told()
    desk.photo(FAILED)
    desk.photo(REFUSED)
    desk.photo(None)
    after = told()
    more = {name: after[name] - before[name] for name in ("waiting", "running", "parked", "failed")}
    assert more == {"waiting": 1, "running": 0, "parked": 2, "failed": 1}
    assert after["listens_to"] == "uploads"
    assert after["oldest_seconds"] >= 0


def test_only_operators_see_how_the_stack_does(ana: Person) -> None:
    for path in ("/deliveries", "/functions", "/audit"):
        assert problem_of(ana.get(path)) == (404, "not-found")
