"""Other origins: the page may ask whatever the contract has, and other pages nothing."""

import pytest
import requests

from infra.layout import Stack

_SENT = ("Authorization", "Content-Type", "Idempotency-Key", "Prefer", "Last-Event-ID")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/sessions", "/users/me", "/collections/any/members/ana"])
def test_the_page_may_send_what_the_contract_wants(api: Stack, path: str, method: str) -> None:
    answer = _preflight(api, path, api.public_url, method)
    assert answer.ok
    assert answer.headers["Access-Control-Allow-Origin"] == api.public_url
    assert method in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {name.lower() for name in _SENT} <= set(allowed)
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "{page}.example"])
def test_other_pages_may_nothing(api: Stack, origin: str) -> None:
    elsewhere = origin.format(page=api.public_url)
    told = requests.get(f"{api.url('api')}/users/me", headers={"Origin": elsewhere}, timeout=30)
    for answer in (_preflight(api, "/users/me", elsewhere, "GET"), told):
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_the_page_may_read_errors_and_when_to_come_again(api: Stack) -> None:
    answer = requests.get(
        f"{api.url('api')}/users/me", headers={"Origin": api.public_url}, timeout=30
    )
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == api.public_url
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"].split(", ")


def _preflight(stack: Stack, path: str, origin: str, method: str) -> requests.Response:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": ", ".join(_SENT).lower(),
    }
    return requests.options(f"{stack.url('api')}{path}", headers=headers, timeout=30)
