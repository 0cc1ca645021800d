"""Tokens over HTTP: what named ones are good for, and what is no token at all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import requests

from infra.layout import Stack
from tests.documents import Documents
from tests.person import PASSWORD, Person, problem_of

_SOON = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)


@pytest.fixture
def shelf(ana: Person) -> str:
    """The id of a collection that is Ana's alone."""
    made = ana.post("/collections", {"name": f"shelf of {ana.name}"})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def test_a_named_token_is_shown_once_and_listed_without_itself(
    ana: Person, ben: Person, shelf: str, api_root: Documents
) -> None:
    made = _add(ana, shelf, "garden camera").json()
    assert made["expires"] == _SOON.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    wanted = {"name": "garden camera", "collection": shelf, "role": "editor"}
    assert wanted.items() <= made.items()
    token = made.pop("token")
    other = _add(ana, shelf, "backend").json()
    first = ana.get("/tokens?limit=1").json()
    assert [one["id"] for one in first["items"]] == [other["id"]]
    rest = ana.get("/tokens", params={"cursor": first["next"]}).json()
    assert rest == {"items": [made], "next": None}
    assert token not in str(list(api_root["tokens"].find({"user": ana.name})))
    assert ben.get("/tokens").json() == {"items": [], "next": None}
    assert problem_of(ben.delete(f"/tokens/{made['id']}")) == (404, "not-found")
    assert ana.delete(f"/tokens/{made['id']}").status_code == 204
    assert problem_of(ana.delete(f"/tokens/{made['id']}")) == (404, "not-found")
    noted = api_root["audit"].find({"by": ana.name, "token": "garden camera"}).sort("_id", 1)
    assert [one["action"] for one in noted] == ["token.add", "token.delete"]


def test_an_ended_or_deleted_token_is_none(api: Stack, ana: Person, shelf: str) -> None:
    made = _add(ana, shelf, "camera").json()
    camera = Person.with_token(api, ana.name, made["token"])
    assert camera.get(f"/collections/{shelf}").status_code == 200
    assert problem_of(_add(ana, shelf, "camera")) == (409, "name-taken")
    ana.delete(f"/tokens/{made['id']}").raise_for_status()
    assert problem_of(camera.get(f"/collections/{shelf}")) == (401, "not-signed-in")
    assert _add(ana, shelf, "camera").status_code == 201


def test_a_named_token_opens_its_own_collection_only(api: Stack, ana: Person, shelf: str) -> None:
    other = ana.post("/collections", {"name": f"other shelf of {ana.name}"}).json()["id"]
    camera = Person.with_token(api, ana.name, _add(ana, shelf, "camera").json()["token"])
    assert ana.get(f"/collections/{other}").status_code == 200
    assert problem_of(camera.get(f"/collections/{other}")) == (404, "not-found")
    assert [one["id"] for one in camera.get("/collections").json()["items"]] == [shelf]
    assert camera.patch(f"/collections/{shelf}", {"name": "mine"}).status_code == 403


def test_a_named_token_is_no_person(
    api: Stack, operator_person: Person, api_root: Documents
) -> None:
    shelf = operator_person.post("/collections", {"name": operator_person.name}).json()["id"]
    made = _add(operator_person, shelf, "backend", role="owner").json()
    backend = Person.with_token(api, operator_person.name, made["token"])
    told = {"name": "another", "collection": shelf, "role": "viewer", "expires": _SOON.isoformat()}
    member = f"/collections/{shelf}/members/{operator_person.name}"
    for answer in (
        backend.get("/tokens"),
        backend.post("/tokens", told),
        backend.delete(f"/tokens/{made['id']}"),
        backend.put("/users/me/password", {"old": PASSWORD, "new": "a longer password"}),
        backend.post("/collections", {"name": "more"}),
        backend.put(member, {"role": "owner"}),
        backend.delete(member),
    ):
        assert problem_of(answer) == (403, "forbidden"), answer.request.url
    assert backend.get("/users/me").json()["role"] == "member"
    name = operator_person.name
    assert problem_of(backend.delete(f"/users/{name}")) == (404, "not-found")
    assert problem_of(backend.put(f"/users/{name}/password", {"new": "x"})) == (404, "not-found")
    new = {"name": "somebody", "password": PASSWORD}
    assert problem_of(backend.post("/users", new)) == (403, "sign-up-closed")


def test_a_named_token_may_no_more_than_whoever_made_it(
    api: Stack, ana: Person, ben: Person, shelf: str
) -> None:
    member = f"/collections/{shelf}/members/{ben.name}"
    ana.put(member, {"role": "editor"}).raise_for_status()
    assert problem_of(_add(ben, shelf, "too much", role="owner")) == (403, "forbidden")
    camera = Person.with_token(api, ben.name, _add(ben, shelf, "camera").json()["token"])
    form = {"filename": "a.jpg", "size": 10}
    assert camera.post(f"/collections/{shelf}/uploads", form).status_code == 201
    ana.put(member, {"role": "viewer"}).raise_for_status()
    assert camera.get(f"/collections/{shelf}").status_code == 200
    assert camera.post(f"/collections/{shelf}/uploads", form).status_code == 403
    ana.delete(member).raise_for_status()
    assert problem_of(camera.get(f"/collections/{shelf}")) == (401, "not-signed-in")
    assert problem_of(_add(ben, shelf, "camera")) == (404, "not-found")


def test_what_no_named_token_can_be_is_refused_by_its_field(ana: Person, shelf: str) -> None:
    told = {"name": "camera", "collection": shelf, "role": "viewer", "expires": _SOON.isoformat()}
    for field, value in (
        ("expires", "2020-01-01T00:00:00Z"),
        ("expires", "9999-12-31T23:59:59Z"),
        ("expires", "2030-01-01T00:00:00"),
        ("name", "a/b"),
        ("name", "\u200b"),
        ("role", "operator"),
        ("days", 3),
    ):
        refused = ana.post("/tokens", {**told, field: value})
        assert problem_of(refused) == (422, "wrong-field"), value
        assert [one["pointer"] for one in refused.json()["errors"]] == [f"/{field}"]


def _later(claims: dict[str, Any], by: timedelta) -> dict[str, Any]:
    return {**claims, "exp": datetime.now(UTC) + by}


Forger = Callable[[dict[str, Any], str, str], str]

_FORGED: dict[str, Forger] = {
    "alg none": lambda claims, key_id, _: jwt.encode(claims, "", "none", {"kid": key_id}),
    "another key": lambda claims, _, secret: jwt.encode(claims, "x" * 40, "HS256", {"kid": "x"}),
    "our key's id, another secret": lambda claims, key_id, _: jwt.encode(
        claims, "x" * 40, "HS256", {"kid": key_id}
    ),
    "another algorithm": lambda claims, key_id, secret: jwt.encode(
        claims, secret * 2, "HS512", {"kid": key_id}
    ),
    "no key's id": lambda claims, _, secret: jwt.encode(claims, secret, "HS256"),
    "somebody else": lambda claims, key_id, secret: jwt.encode(
        {**claims, "sub": "somebody-else"}, secret, "HS256", {"kid": key_id}
    ),
    "no row": lambda claims, key_id, secret: jwt.encode(
        {**claims, "jti": "01900000-0000-7000-8000-000000000000"},
        secret,
        "HS256",
        {"kid": key_id},
    ),
    "no end": lambda claims, key_id, secret: jwt.encode(
        {name: claim for name, claim in claims.items() if name != "exp"},
        secret,
        "HS256",
        {"kid": key_id},
    ),
    "garbage": lambda *_: "not.a.token",
    "one word": lambda *_: "token",
    "nothing": lambda *_: "",
}


def test_what_we_did_not_sign_is_no_token(api: Stack, ana: Person) -> None:
    claims, key_id, secret = _own(api, ana)
    good = jwt.encode(claims, secret, "HS256", {"kid": key_id})
    assert _asked(api, good).status_code == 200
    for what, forged in _FORGED.items():
        answer = _asked(api, forged(claims, key_id, secret))
        assert problem_of(answer) == (401, "not-signed-in"), what


def test_another_users_row_does_not_make_one_that_user(
    api: Stack, ana: Person, ben: Person
) -> None:
    mine, key_id, secret = _own(api, ana)
    theirs, *_ = _own(api, ben)
    mixed = {**mine, "jti": theirs["jti"]}
    token = jwt.encode(mixed, secret, "HS256", {"kid": key_id})
    assert problem_of(_asked(api, token)) == (401, "not-signed-in")


def test_an_expired_token_says_so(api: Stack, ana: Person, api_root: Documents) -> None:
    claims, key_id, secret = _own(api, ana)
    past = _later(claims, -timedelta(seconds=5))
    answer = _asked(api, jwt.encode(past, secret, "HS256", {"kid": key_id}))
    assert problem_of(answer) == (401, "token-expired")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    # What the row says holds, too, whatever was signed.
    gone = {"$set": {"expires_at": datetime.now(UTC)}}
    api_root["tokens"].update_one({"_id": claims["jti"]}, gone)
    assert problem_of(ana.get("/users/me")) == (401, "not-signed-in")


def test_a_new_key_in_front_signs_nobody_out(api: Stack, open_api: Stack, ana: Person) -> None:
    old = str(ana.session.headers["Authorization"]).removeprefix("Bearer ")
    assert _asked(open_api, old).status_code == 200
    signed = Person.signed_in(open_api, ana.name, PASSWORD)
    new = str(signed.session.headers["Authorization"]).removeprefix("Bearer ")
    assert jwt.get_unverified_header(new)["kid"] == "newer"
    assert _asked(open_api, new).status_code == 200
    # Who does not have the new key believes nothing it signed.
    assert problem_of(_asked(api, new)) == (401, "not-signed-in")


def test_an_api_that_asks_no_token_still_refuses_a_bad_one(open_api: Stack) -> None:
    new = {"name": "somebody", "password": PASSWORD}
    headers = {"Authorization": "Bearer not.a.token"}
    answer = requests.post(f"{open_api.url('api')}/users", json=new, headers=headers, timeout=30)
    assert problem_of(answer) == (401, "not-signed-in")


def _add(person: Person, collection: str, name: str, role: str = "editor") -> requests.Response:
    told = {"name": name, "collection": collection, "role": role, "expires": _SOON.isoformat()}
    return person.post("/tokens", told)


def _own(stack: Stack, person: Person) -> tuple[dict[str, Any], str, str]:
    """The claims of a person's token, and the key that signed it with its id."""
    token = str(person.session.headers["Authorization"]).removeprefix("Bearer ")
    key_id, secret = stack.secrets["TOKEN_KEYS"].split(":")
    return jwt.decode(token, secret, algorithms=["HS256"]), key_id, secret


def _asked(stack: Stack, token: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{stack.url('api')}/users/me", headers=headers, timeout=30)
