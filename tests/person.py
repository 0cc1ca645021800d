"""A person with an account: what they may do, asked of the running api over HTTP."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import requests
import uuid6

from functions.api.accounts.passwords import hashed
from functions.api.accounts.tokens import Tokens
from infra.layout import Stack
from tests.documents import Documents

PASSWORD = "open sesame, please"


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in; every call carries their token."""

    name: str
    url: str
    session: requests.Session

    @classmethod
    def new(cls, stack: Stack, root: Documents, operator: bool = False) -> "Person":
        """Somebody new who has a session; the stack's api has to run.

        Written to Mongo, as all have the same password: hashing it anew takes each a while.
        """
        name = f"p{uuid6.uuid7().hex[-12:]}"
        told = {"password": _hash(), "operator": operator, "created_at": datetime.now(UTC)}
        root["users"].insert_one({"_id": name, **told})
        key_id, _, secret = stack.secrets["TOKEN_KEYS"].partition(":")
        issued = Tokens.of(root, {key_id: secret}).issue(name, operator, timedelta(days=1))
        return cls.with_token(stack, name, issued.token)

    @classmethod
    def signed_in(cls, stack: Stack, name: str, password: str) -> "Person":
        """Somebody who has an account."""
        url = stack.url("api")
        credentials = {"name": name, "password": password}
        answer = requests.post(f"{url}/sessions", json=credentials, timeout=30)
        assert answer.status_code == 201, answer.text
        return cls.with_token(stack, name, answer.json()["token"])

    @classmethod
    def with_token(cls, stack: Stack, name: str, token: str) -> "Person":
        """Whoever carries this token."""
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {token}"
        return cls(name, stack.url("api"), session)

    def call(self, method: str, path: str, **given: Any) -> requests.Response:
        """The api's answer; `given` is what `requests` takes, such as `json` and `headers`."""
        return self.session.request(method, f"{self.url}{path}", timeout=60, **given)

    def get(self, path: str, **given: Any) -> requests.Response:
        """The api's answer to GET."""
        return self.call("GET", path, **given)

    def post(self, path: str, json: Any = None, **given: Any) -> requests.Response:
        """The api's answer to POST."""
        return self.call("POST", path, json=json, **given)

    def put(self, path: str, json: Any = None, **given: Any) -> requests.Response:
        """The api's answer to PUT."""
        return self.call("PUT", path, json=json, **given)

    def patch(self, path: str, json: Any = None, **given: Any) -> requests.Response:
        """The api's answer to PATCH."""
        return self.call("PATCH", path, json=json, **given)

    def delete(self, path: str, **given: Any) -> requests.Response:
        """The api's answer to DELETE."""
        return self.call("DELETE", path, **given)


def problem_of(answer: requests.Response) -> tuple[int, str]:
    """Status and code of an error; fails unless it is a whole problem."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    told = answer.json()
    assert told["status"] == answer.status_code
    assert {"type", "title", "detail"} <= told.keys()
    return answer.status_code, told["code"]


@cache
def _hash() -> str:
    return hashed(PASSWORD)
