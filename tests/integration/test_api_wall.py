"""The wall between people: every call of the contract is tried from the other side.

The calls come from the OpenAPI document, so that a new one is tried as soon as it is there; what it
needs to be tried has to be added here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import uuid6

from functions.api.operating.shown import id_of
from infra.layout import Stack
from tests.documents import Documents
from tests.person import PASSWORD, Person, problem_of

PHOTO = {"filename": "a.jpg", "size": 10}
SOON = (datetime.now(UTC) + timedelta(days=1)).isoformat()
NOBODY = "nobody-of-that-name"

FOR_STRANGERS = {("POST", "/sessions"), ("POST", "/users")}
"""Calls that need no token."""

FOR_OPERATORS = {
    ("GET", "/audit"), ("GET", "/deliveries"), ("GET", "/functions"),
    ("POST", "/deliveries/replay"), ("DELETE", "/users/{name}"), ("PUT", "/users/{name}/password"),
}  # fmt: skip

ONES_OWN = {
    ("DELETE", "/sessions/current"), ("GET", "/users/me"), ("PUT", "/users/me/password"),
    ("GET", "/tokens"), ("GET", "/collections"), ("POST", "/collections"), ("GET", "/events"),
}  # fmt: skip
"""Calls about the caller alone; what they tell of others is looked at by tests of their own."""


@dataclass(frozen=True)
class Call:
    """One operation of the document, ready to be made."""

    method: str
    template: str
    path: str
    body: Any

    @property
    def name(self) -> tuple[str, str]:
        return self.method, self.template

    def by(self, person: Person) -> requests.Response:
        given = {"json": self.body} if self.body is not None else {}
        return person.call(self.method, self.path, stream=True, **given)

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


@pytest.fixture
def things(ana: Person, api_root: Documents) -> Mapping[str, str]:
    """Things of Ana's, by the names that stand in paths."""
    collection = ana.post("/collections", {"name": "Ana's shells"}).json()["id"]
    photo, training = str(uuid6.uuid7()), str(uuid6.uuid7())
    key, now = f"{collection}/{photo}", datetime.now(UTC)
    api_root["photos"].insert_one(
        {"_id": photo, "collection": collection, "key": key, "owner": ana.name, "state": "ready",
         "pending": [], "uploaded_at": now, "filename": "shell.jpg", "sha256": "0" * 64,
         "findings": [{"id": "whole", "box": [0, 0, 1, 1], "category": "shell",
                       "confidence": 0.5}]}
    )  # fmt: skip
    api_root["trainings"].insert_one(
        {"_id": training, "collection": collection, "recipe": "transfer", "state": "failed",
         "asked_by": ana.name, "asked_at": now, "finished_at": now, "reason": "", "progress": 0}
    )  # fmt: skip
    api_root["inbox.on_upload"].insert_one(
        {"_id": f"uploads/{key}", "state": "parked", "code": "internal-error", "token": 1,
         "content": "?", "pending": [], "opened_at": now, "failures": 5, "deaths": 0}
    )  # fmt: skip
    wanted = {"name": "camera", "collection": collection, "role": "viewer", "expires": SOON}
    return {
        "collection": collection,
        "photo": photo,
        "training": training,
        "delivery": id_of("on_upload", f"uploads/{key}"),
        "token": ana.post("/tokens", wanted).json()["id"],
        "name": ana.name,
        "label": "shell",
        "version": "general",
        "finding": "whole",
    }


def bodies(things: Mapping[str, str]) -> dict[tuple[str, str], Any]:
    """A body that is right, for each call that has one."""
    in_collection = "/collections/{collection}"
    camera = {"name": "mine", "role": "viewer", "expires": SOON}
    return {
        ("PATCH", in_collection): {"name": "Mine now"},
        ("POST", f"{in_collection}/labels"): {"labels": [{"photo": things["photo"], "label": "x"}]},
        ("PATCH", f"{in_collection}/labels/{{label}}"): {"label": "mine"},
        ("PUT", f"{in_collection}/members/{{name}}"): {"role": "viewer"},
        ("POST", f"{in_collection}/models/{{version}}/activate"): {},
        ("POST", f"{in_collection}/photos/delete"): {"photos": [things["photo"]]},
        ("POST", f"{in_collection}/predict"): {"image_base64": "aGFsbG8="},
        ("POST", f"{in_collection}/uploads"): PHOTO,
        ("POST", f"{in_collection}/uploads/batch"): {"uploads": [PHOTO]},
        ("POST", "/collections"): {"name": "Mine"},
        ("PUT", "/users/me/password"): {"old": PASSWORD, "new": PASSWORD},
        ("POST", "/deliveries/replay"): {"function": "on_upload"},
        ("PUT", "/photos/{photo}/label"): {"label": "mine"},
        ("PUT", "/photos/{photo}/findings/{finding}/label"): {"label": "mine"},
        ("POST", "/tokens"): {**camera, "collection": things["collection"]},
        ("PUT", "/users/{name}/password"): {"new": PASSWORD},
    }


def calls(api: Stack, things: Mapping[str, str]) -> Iterator[Call]:
    """Every call of the document, made of things; fails for one that is not known here."""
    document = requests.get(f"{api.url('api')}/openapi.json", timeout=30).json()
    known = bodies(things)
    for template, operations in document["paths"].items():
        for method, operation in operations.items():
            name = (method.upper(), template)
            body = known.get(name)
            if "requestBody" in operation and name not in FOR_STRANGERS:
                assert body is not None, f"{name} takes a body that the wall does not know"
            yield Call(*name, template.format_map(things), body)


def test_every_call_but_two_wants_a_token(api: Stack, things: Mapping[str, str]) -> None:
    nobody = Person("nobody", api.url("api"), requests.Session())
    open_ones = [
        str(call)
        for call in calls(api, things)
        if call.name not in FOR_STRANGERS and problem_of(call.by(nobody)) != (401, "not-signed-in")
    ]
    assert open_ones == []


def test_what_is_anothers_is_not_there_whatever_is_asked(
    api: Stack, things: Mapping[str, str], ben: Person
) -> None:
    crossed = {
        str(call): answer.status_code
        for call in calls(api, things)
        if call.name not in FOR_STRANGERS | ONES_OWN and (answer := call.by(ben)).status_code != 404
    }
    assert crossed == {}


def test_what_is_not_there_gets_the_very_same_answer(
    api: Stack, things: Mapping[str, str], ben: Person
) -> None:
    nothing = {
        **things,
        "collection": "no-such-collection",
        "photo": str(uuid6.uuid7()),
        "training": str(uuid6.uuid7()),
        "delivery": id_of("on_upload", f"uploads/no-such-collection/{uuid6.uuid7()}"),
        "token": str(uuid6.uuid7()),
        "name": NOBODY,
    }
    told_apart = [
        str(theirs)
        for theirs, none in zip(calls(api, things), calls(api, nothing), strict=True)
        if theirs.name not in FOR_STRANGERS | ONES_OWN
        and theirs.by(ben).content != none.by(ben).content
    ]
    assert told_apart == []


def test_what_only_operators_may_is_not_there_for_others(
    api: Stack, things: Mapping[str, str], ana: Person, operator_person: Person
) -> None:
    for call in calls(api, things):
        if call.name in FOR_OPERATORS:
            assert problem_of(call.by(ana)) == (404, "not-found"), str(call)
            if call.method == "GET":
                assert call.by(operator_person).status_code == 200, str(call)


def test_a_viewer_may_look_and_nothing_else(
    api: Stack, things: Mapping[str, str], ana: Person, ben: Person
) -> None:
    ana.put(f"/collections/{things['collection']}/members/{ben.name}", {"role": "viewer"})
    wrote = {
        str(call): answer.status_code
        for call in calls(api, things)
        if call.name not in FOR_STRANGERS | ONES_OWN | FOR_OPERATORS
        and call.method != "GET"
        # Asking changes nothing, and a token of theirs may no more than they.
        and not call.path.endswith(("/predict", "/tokens"))
        and (answer := call.by(ben)).status_code not in (403, 404)
    }
    assert wrote == {}


def test_operators_do_not_see_the_photos_of_others(
    api: Stack, things: Mapping[str, str], operator_person: Person
) -> None:
    for path in ("/collections/{collection}", "/photos/{photo}", "/trainings/{training}"):
        assert problem_of(operator_person.get(path.format_map(things))) == (404, "not-found")
    assert operator_person.get("/collections").json()["items"] == []
