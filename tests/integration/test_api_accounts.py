"""Accounts over HTTP: who gets one, signs in, changes a password, and goes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
import requests
import uuid6

from functions.api.accounts import entering
from functions.api.accounts.attempts import attempts, of_password
from functions.api.accounts.tokens import Tokens
from functions.api.accounts.users import Users
from functions.api.refusals import NotSignedIn, TooMany
from infra.layout import Stack
from tests.another_api import log_of
from tests.documents import Documents
from tests.person import PASSWORD, Person, problem_of


def test_where_sign_up_is_closed_only_an_operator_makes_users(
    api: Stack, ana: Person, operator_person: Person, api_root: Documents
) -> None:
    wanted = {"name": _new_name().upper(), "password": PASSWORD}
    alone = requests.post(f"{api.url('api')}/users", json=wanted, timeout=30)
    assert problem_of(alone) == (403, "sign-up-closed")
    assert problem_of(ana.post("/users", wanted)) == (403, "sign-up-closed")
    made = operator_person.post("/users", wanted)
    assert made.status_code == 201
    name = wanted["name"].lower()
    assert (made.json()["name"], made.json()["role"]) == (name, "member")
    assert Person.signed_in(api, name, PASSWORD).get("/users/me").json() == made.json()
    assert problem_of(operator_person.post("/users", wanted)) == (409, "name-taken")
    noted = api_root["audit"].find_one({"action": "user.add", "user": name})
    assert noted is not None
    assert noted["by"] == operator_person.name


def test_where_sign_up_is_open_people_make_themselves_members_and_no_operators(
    open_api: Stack,
) -> None:
    wanted = {"name": _new_name(), "password": PASSWORD}
    url = f"{open_api.url('api')}/users"
    operator = requests.post(url, json={**wanted, "role": "operator"}, timeout=30)
    assert problem_of(operator) == (403, "forbidden")
    assert requests.post(url, json=wanted, timeout=30).status_code == 201
    me = Person.signed_in(open_api, wanted["name"], PASSWORD)
    assert me.get("/users/me").json()["role"] == "member"
    assert problem_of(me.delete(f"/users/{wanted['name']}")) == (404, "not-found")


def test_what_no_user_can_be_is_refused_by_its_field(operator_person: Person) -> None:
    names = ("me", "ana.silva", "../ana", "$where", "Ána", "")
    passwords = ("too short", "x" * 201, "a half \ud800 letter")
    given = [
        *(("name", name) for name in names),
        *(("password", password) for password in passwords),
        ("role", "king"),
    ]
    for field, value in given:
        wanted = {"name": _new_name(), "password": PASSWORD, field: value}
        refused = operator_person.post("/users", wanted)
        assert problem_of(refused) == (422, "wrong-field"), value
        assert [one["pointer"] for one in refused.json()["errors"]] == [f"/{field}"]


def test_a_new_password_ends_the_other_sessions_and_no_named_token(
    api: Stack, ana: Person, api_root: Documents
) -> None:
    other = Person.signed_in(api, ana.name, PASSWORD)
    ana.post("/collections", {"name": f"shells of {ana.name}"}).raise_for_status()
    camera = _camera(api, ana)
    wrong = ana.put("/users/me/password", {"old": "not this one", "new": "a longer password"})
    assert problem_of(wrong) == (422, "wrong-password")
    short = ana.put("/users/me/password", {"old": PASSWORD, "new": "short"})
    assert short.json()["errors"][0]["pointer"] == "/new"
    assert other.get("/users/me").status_code == 200
    changed = ana.put("/users/me/password", {"old": PASSWORD, "new": "a longer password"})
    assert changed.status_code == 204
    assert [who.get("/users/me").status_code for who in (ana, camera, other)] == [200, 200, 401]
    assert _sign_in(api, ana.name, PASSWORD).status_code == 401
    assert _sign_in(api, ana.name, "a longer password").status_code == 201
    assert api_root["audit"].count_documents({"action": "user.password", "by": ana.name}) == 1


def test_an_operator_gives_a_new_password_and_every_token_ends(
    api: Stack, ana: Person, operator_person: Person
) -> None:
    ana.post("/collections", {"name": f"coins of {ana.name}"}).raise_for_status()
    camera = _camera(api, ana)
    path, new = f"/users/{ana.name}/password", {"new": "what the operator says"}
    assert problem_of(ana.put(path, new)) == (404, "not-found")
    assert operator_person.put(path, new).status_code == 204
    assert [who.get("/users/me").status_code for who in (ana, camera)] == [401, 401]
    assert _sign_in(api, ana.name, "what the operator says").status_code == 201
    assert problem_of(operator_person.put("/users/nobody-at-all/password", new))[0] == 404


def test_a_deleted_user_is_nobody_and_nobody_gets_the_name(
    api: Stack, ana: Person, ben: Person, operator_person: Person, api_root: Documents
) -> None:
    made = ben.post("/collections", {"name": f"stamps of {ben.name}"}).json()
    member = f"/collections/{made['id']}/members/{ana.name}"
    assert ben.put(member, {"role": "owner"}).status_code == 200
    # Again, because a client that lost the answer asks again.
    for _ in range(2):
        assert operator_person.delete(f"/users/{ana.name}").status_code == 204
    assert problem_of(ana.get("/users/me")) == (401, "not-signed-in")
    assert problem_of(_sign_in(api, ana.name, PASSWORD)) == (401, "wrong-credentials")
    assert ben.get(f"/collections/{made['id']}").json()["members"] == {ben.name: "owner"}
    again = operator_person.post("/users", {"name": ana.name, "password": PASSWORD})
    assert problem_of(again) == (409, "name-taken")
    assert problem_of(ben.put(member, {"role": "viewer"})) == (404, "not-found")
    assert "password" not in (api_root["users"].find_one({"_id": ana.name}) or {})
    assert problem_of(operator_person.delete("/users/nobody-at-all")) == (404, "not-found")


def test_the_only_owner_of_a_collection_is_not_deleted(
    api: Stack, ana: Person, operator_person: Person
) -> None:
    made = ana.post("/collections", {"name": f"beetles of {ana.name}"}).json()
    refused = operator_person.delete(f"/users/{ana.name}")
    assert problem_of(refused) == (409, "owns-collections")
    assert made["id"] in refused.json()["detail"]
    assert ana.get(f"/collections/{made['id']}").status_code == 200
    assert _sign_in(api, ana.name, PASSWORD).status_code == 201


def test_operators_who_delete_each_other_at_once_leave_one(
    api: Stack, operator_person: Person, api_root: Documents
) -> None:
    other = Person.new(api, api_root, operator=True)
    two = (operator_person, other)
    with _no_other_operators(api_root, {one.name for one in two}):
        with ThreadPoolExecutor() as pool:
            answers = pool.map(
                lambda pair: pair[0].delete(f"/users/{pair[1].name}"),
                (two, two[::-1]),
            )
            codes = sorted(answer.status_code for answer in answers)
        assert codes in ([204, 401], [204, 409], [409, 409])
        left = [one for one in two if one.get("/users/me").ok]
        for gone in left[1:]:
            assert left[0].delete(f"/users/{gone.name}").status_code == 204
        last = left[0].delete(f"/users/{left[0].name}")
        assert problem_of(last) == (409, "last-operator")
        assert _sign_in(api, left[0].name, PASSWORD).status_code == 201


def test_ten_wrong_passwords_are_enough_from_one_address_and_others_still_come_in(
    open_api: Stack, ana: Person
) -> None:
    there, here = "203.0.113.7", "203.0.113.8"
    with ThreadPoolExecutor(20) as pool:
        # All at once: that is no way to more tries.
        answers = pool.map(
            lambda _: _sign_in(open_api, ana.name, "a wrong password", there), range(20)
        )
    assert sorted(answer.status_code for answer in answers) == [401] * 10 + [429] * 10
    refused = _sign_in(open_api, ana.name, PASSWORD, there)
    assert problem_of(refused) == (429, "too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 300
    assert _sign_in(open_api, ana.name, PASSWORD, here).status_code == 201


def test_who_is_signed_in_somewhere_comes_in_there_however_many_guess(
    api: Stack, ana: Person, api_root: Documents
) -> None:
    users, tokens = Users.of(api_root), Tokens.of(api_root, {"any": "k" * 40})
    for number in range(50):
        attempts().take(of_password(ana.name, f"198.51.100.{number}", known=False))
    home = "203.0.113.20"
    with pytest.raises(TooMany):
        entering.known(users, tokens, ana.name, PASSWORD, home)
    tokens.issue(ana.name, False, timedelta(hours=1), home)
    assert entering.known(users, tokens, ana.name.upper(), PASSWORD, home)


def test_a_password_changed_or_a_user_deleted_in_the_middle_of_a_sign_in_lets_nobody_in(
    ana: Person, ben: Person, api_root: Documents
) -> None:
    users, tokens = Users.of(api_root), Tokens.of(api_root, {"any": "k" * 40})
    seen = [users.get(ana.name), users.get(ben.name)]
    api_root["users"].update_one({"_id": ana.name}, {"$set": {"password": "another hash"}})
    users.begin_deletion(ben.name)
    for user in seen:
        with pytest.raises(NotSignedIn):
            entering.sign_in(users, tokens, user, 1.0, "203.0.113.21")
    there = {"address": "203.0.113.21"}
    assert api_root["tokens"].count_documents(there) == 0


def test_no_password_stands_in_a_log_or_an_answer(open_api: Stack) -> None:
    secret, name = f"secret-{uuid6.uuid7()}", _new_name()
    url = open_api.url("api")
    calls = [
        ("/users", {"name": name, "password": secret}),
        ("/users", {"name": name, "password": secret * 20}),
        ("/users", {"name": name, "password": [secret]}),
        ("/sessions", {"name": name, "password": secret}),
        ("/sessions", {"name": name, "password": f"{secret}\ud800"}),
        ("/sessions", {"name": name, "password": secret, "extra": secret[::-1]}),
    ]
    answers = [requests.post(f"{url}{path}", json=told, timeout=30) for path, told in calls]
    assert {answer.status_code for answer in answers} == {201, 422}
    told = "".join(answer.text for answer in answers) + log_of(open_api).read_text()
    assert secret not in told
    assert secret[::-1] not in told


@contextmanager
def _no_other_operators(root: Documents, names: set[str]) -> Iterator[None]:
    others = [one["_id"] for one in root["users"].find({"operator": True})]
    rest = {"_id": {"$in": [name for name in others if name not in names]}}
    root["users"].update_many(rest, {"$set": {"operator": False}})
    try:
        yield
    finally:
        root["users"].update_many(rest, {"$set": {"operator": True}})


def _new_name() -> str:
    return f"n{uuid6.uuid7().hex[-12:]}"


def _sign_in(
    stack: Stack, name: str, password: str, address: str | None = None
) -> requests.Response:
    """What the api says to somebody; one behind a proxy takes the last address of these."""
    headers = {"X-Forwarded-For": f"192.0.2.1, {address}"} if address else {}
    told = {"name": name, "password": password}
    return requests.post(f"{stack.url('api')}/sessions", json=told, headers=headers, timeout=60)


def _camera(stack: Stack, person: Person) -> Person:
    """A camera of this person, in the first collection there is."""
    (collection, *_) = person.get("/collections").json()["items"]
    told = {"name": "camera", "collection": collection["id"], "role": "editor"}
    made = person.post("/tokens", {**told, "expires": "2030-01-01T00:00:00Z"})
    assert made.status_code == 201, made.text
    return Person.with_token(stack, person.name, made.json()["token"])
