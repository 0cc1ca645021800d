"""Coming in: what the api answers before it knows who is calling."""

import requests

from infra.layout import Stack
from tests.documents import Documents
from tests.person import Person, problem_of


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(api: Stack, ana: Person) -> None:
    told = [
        requests.post(f"{api.url('api')}/sessions", json=credentials, timeout=30)
        for credentials in (
            {"name": ana.name, "password": "not the password"},
            {"name": "nobody-of-that-name", "password": "not the password"},
        )
    ]
    assert [problem_of(answer) for answer in told] == [(401, "wrong-credentials")] * 2
    assert told[0].content == told[1].content


def test_a_token_is_good_until_its_owner_signs_out(ana: Person) -> None:
    assert ana.delete("/sessions/current").status_code == 204
    assert problem_of(ana.delete("/sessions/current")) == (401, "not-signed-in")


def test_every_error_is_a_problem(api: Stack, api_root: Documents) -> None:
    url = api.url("api")
    json_type = {"Content-Type": "application/json"}
    assert problem_of(requests.get(f"{url}/nowhere", timeout=30)) == (404, "not-found")
    assert problem_of(requests.put(f"{url}/sessions", timeout=30)) == (405, "method-not-allowed")
    plain = requests.post(f"{url}/sessions", data="name=ana", timeout=30)
    assert problem_of(plain) == (415, "unsupported-media-type")
    broken = requests.post(f"{url}/sessions", data="{", headers=json_type, timeout=30)
    assert problem_of(broken) == (400, "unreadable-body")
    large = requests.post(f"{url}/sessions", data="x" * 2_000_000, headers=json_type, timeout=30)
    assert problem_of(large) == (413, "request-entity-too-large")
    wrong = requests.post(f"{url}/sessions", json={"name": "ana", "pasword": "x"}, timeout=30)
    assert problem_of(wrong) == (422, "wrong-field")
    assert {one["pointer"] for one in wrong.json()["errors"]} == {"/password", "/pasword"}
    assert problem_of(requests.delete(f"{url}/sessions/current", timeout=30)) == (
        401,
        "not-signed-in",
    )
