"""The contract held against the running api: no answer outside the schema, no error of ours."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import schemathesis
import uuid6
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from schemathesis.checks import CHECKS
from schemathesis.core.result import Err
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.schemas import OpenApiSchema

from functions.api.accounts.tokens import Tokens
from functions.runtime.database import Document
from infra.layout import Stack
from tests.documents import Documents
from tests.person import Person

Operation = APIOperation[Any, Any, Any, Any]

EXAMPLES = 10
HELD = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
ASKS_CLASSIFY = "/collections/{collection}/predict"
"""It may say 503 here, where no function runs; tests of its own hold it too."""

STREAMS = "/events"
"""Its answer has no end; tests of its own hold it."""


@pytest.fixture(scope="module")
def contract(api: Stack) -> OpenApiSchema:
    """The document that the api serves."""
    return schemathesis.openapi.from_url(f"{api.url('api')}/openapi.json")


def test_no_answer_is_outside_the_schema(
    contract: OpenApiSchema, api: Stack, api_root: Documents, operator_person: Person
) -> None:
    for found in contract.get_all_operations():
        assert not isinstance(found, Err), found
        operation = found.ok()
        if operation.path != STREAMS:
            # A token each: one of the calls signs out.
            person = _with_a_token(api, api_root, operator_person)
            _hold(operation, person, _things(operator_person, api_root))


def _hold(operation: Operation, person: Person, things: Mapping[str, str]) -> None:
    held = HELD[1:] if operation.path == ASKS_CLASSIFY else HELD
    checks: list[Any] = [CHECKS.get_one(name) for name in held]

    @given(case=operation.as_strategy(), real=some.booleans())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: schemathesis.Case[Any], real: bool) -> None:
        if real:
            # What is made up is hardly ever there; so half of the time something is.
            names = case.path_parameters.keys() & things.keys()
            case.path_parameters |= {name: things[name] for name in names}
        case.call_and_validate(base_url=person.url, session=person.session, checks=checks)

    holds()


def _things(person: Person, root: Documents) -> Mapping[str, str]:
    """A collection with a photo and a training, by the names that stand in paths."""
    collection = person.post("/collections", {"name": "Things"}).json()["id"]
    photo, training, now = str(uuid6.uuid7()), str(uuid6.uuid7()), datetime.now(UTC)
    whole = {"id": "whole", "box": [0, 0, 1, 1], "category": "shell", "confidence": 0.5}
    record: Document = {
        "_id": photo, "collection": collection, "key": f"{collection}/{photo}",
        "owner": person.name, "state": "ready", "pending": [], "uploaded_at": now,
        "filename": "shell.jpg", "sha256": "0" * 64, "findings": [whole],
    }  # fmt: skip
    root["photos"].insert_one(record)
    root["trainings"].insert_one(
        {"_id": training, "collection": collection, "recipe": "transfer", "state": "queued",
         "asked_by": person.name, "asked_at": now, "progress": 0.0}
    )  # fmt: skip
    return {"collection": collection, "photo": photo, "training": training, "finding": "whole",
            "name": person.name, "version": "general", "label": "shell"}  # fmt: skip


def _with_a_token(api: Stack, root: Documents, person: Person) -> Person:
    key_id, _, secret = api.secrets["TOKEN_KEYS"].partition(":")
    issued = Tokens.of(root, {key_id: secret}).issue(person.name, True, timedelta(hours=1))
    return Person.with_token(api, person.name, issued.token)
