"""Members over HTTP: owners let others in and out, and a collection never loses its last owner."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.layout import Stack
from tests.documents import Documents
from tests.person import Person, problem_of


@pytest.fixture
def shelf(ana: Person) -> str:
    """A collection that is Ana's alone."""
    made = ana.post("/collections", {"name": f"shelf of {ana.name}"})
    assert made.status_code == 201, made.text
    return f"/collections/{made.json()['id']}"


def test_a_member_may_what_the_role_says_and_comes_and_goes_with_it(
    ana: Person, ben: Person, shelf: str, api_root: Documents
) -> None:
    member = f"{shelf}/members/{ben.name.upper()}"
    assert problem_of(ben.get(shelf)) == (404, "not-found")
    let_in = ana.put(member, {"role": "viewer"})
    assert (let_in.status_code, let_in.json()) == (200, {"name": ben.name, "role": "viewer"})
    assert ben.get(shelf).status_code == 200
    assert problem_of(ben.put(member, {"role": "owner"})) == (403, "forbidden")
    assert problem_of(ben.delete(f"{shelf}/members/{ana.name}")) == (403, "forbidden")
    assert ana.delete(member).status_code == 204
    assert problem_of(ben.get(shelf)) == (404, "not-found")
    assert problem_of(ana.delete(member)) == (404, "not-found")
    noted = api_root["audit"].find({"by": ana.name, "user": ben.name}).sort("_id", 1)
    assert [(one["action"], one.get("role")) for one in noted] == [
        ("member.set", "viewer"),
        ("member.delete", None),
    ]


def test_a_member_may_leave(ana: Person, ben: Person, shelf: str) -> None:
    ana.put(f"{shelf}/members/{ben.name}", {"role": "viewer"}).raise_for_status()
    assert ben.delete(f"{shelf}/members/{ben.name}").status_code == 204
    assert ana.get(shelf).json()["members"] == {ana.name: "owner"}


def test_the_last_owner_stays_one(ana: Person, ben: Person, shelf: str) -> None:
    ana.put(f"{shelf}/members/{ben.name}", {"role": "editor"}).raise_for_status()
    me = f"{shelf}/members/{ana.name}"
    assert problem_of(ana.delete(me)) == (409, "last-owner")
    assert problem_of(ana.put(me, {"role": "viewer"})) == (409, "last-owner")
    assert ana.put(me, {"role": "owner"}).status_code == 200


def test_whoever_owns_it_then_owns_what_names_nobody(
    ana: Person, ben: Person, shelf: str, api_root: Documents
) -> None:
    ana.put(f"{shelf}/members/{ben.name}", {"role": "owner"}).raise_for_status()
    assert ana.delete(f"{shelf}/members/{ana.name}").status_code == 204
    found = api_root["collections"].find_one({"_id": shelf.removeprefix("/collections/")})
    assert found is not None
    assert (found["owner"], found["members"]) == (ben.name, {ben.name: "owner"})


@pytest.mark.parametrize("again", range(5))
def test_owners_who_demote_each_other_at_once_leave_one(
    ana: Person, ben: Person, shelf: str, again: int
) -> None:
    ana.put(f"{shelf}/members/{ben.name}", {"role": "owner"}).raise_for_status()
    with ThreadPoolExecutor() as pool:
        answers = pool.map(
            lambda pair: pair[0].put(f"{shelf}/members/{pair[1].name}", {"role": "editor"}),
            ((ana, ben), (ben, ana)),
        )
        codes = sorted(answer.status_code for answer in answers)
    assert codes in ([200, 403], [200, 409])
    roles = ana.get(shelf).json()["members"]
    assert sorted(roles.values()) == ["editor", "owner"]


def test_only_owners_learn_that_a_name_is_nobodys_and_not_without_end(
    api: Stack, ana: Person, ben: Person, shelf: str, api_root: Documents
) -> None:
    nobody, role = f"{shelf}/members/nobody-of-that-name", {"role": "viewer"}
    assert ben.put(nobody, role).content == ben.put(f"{shelf}/members/{ana.name}", role).content
    assert problem_of(ana.put(nobody, role)) == (404, "not-found")
    for name in ("a.b", "$set", "owner%00"):
        assert problem_of(ana.put(f"{shelf}/members/{name}", role)) == (404, "not-found")
    codes = {ana.put(nobody, role).status_code for _ in range(27)}
    assert codes == {404, 429}
    other = Person.new(api, api_root)
    mine = other.post("/collections", {"name": f"shelf of {other.name}"}).json()["id"]
    assert other.put(f"/collections/{mine}/members/{ana.name}", role).status_code == 200
