"""Only who knows the token may tell of events; the old one stays good during a rotation."""

import pytest
import requests

from infra.layout import Stack
from tests.replica import metric, replica
from tests.seen import Seen
from tests.webhook import Webhook, created

FUNCTIONS = ["on_upload", "augment", "classify"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_event_with_a_wrong_token_is_refused_and_said(
    function: str, stack: Stack, seen: Seen
) -> None:
    webhook = Webhook.of(stack, function)
    refused = metric(webhook.url, "colecionador_refused_events_total")
    key = f"{seen.collection}/photo.jpg"
    assert webhook.post(created("uploads", key, "etag"), token="wrong") == 401
    assert webhook.post(b"no event at all", token="wrong") == 401
    assert seen.deliveries() == []
    assert metric(webhook.url, "colecionador_refused_events_total") == refused + 2
    ready = requests.get(f"{webhook.url}/ready", timeout=10).json()
    assert any("wrong token" in warning for warning in ready["warnings"])
    assert ready["ready"], "the work goes on"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer é"])
def test_an_event_without_a_token_is_refused(header: str | None, stack: Stack) -> None:
    headers = {} if header is None else {"Authorization": header.encode()}
    answer = requests.post(
        f"{stack.url('on_upload')}/events", data=b"{}", headers=headers, timeout=10
    )
    assert answer.status_code == 401


def test_no_function_takes_the_token_of_another(stack: Stack) -> None:
    for function in FUNCTIONS:
        for other in FUNCTIONS:
            token = Webhook.of(stack, other).token
            status = Webhook.of(stack, function).post(b"{}", token)
            assert status == (204 if function == other else 401)


def test_during_a_rotation_both_tokens_are_good(stack: Stack, seen: Seen) -> None:
    rotation = {"EVENT_TOKEN": "the-new-one", "EVENT_TOKEN_PREVIOUS": "the-old-one"}
    body = created("uploads", f"{seen.collection}/photo.jpg", "etag")
    with replica(stack, "on_upload", rotation) as other:
        webhook = Webhook(other.url, "the-new-one")
        assert webhook.post(body) == 204
        assert webhook.post(body, "the-old-one") == 204
        assert webhook.post(body, "another-one") == 401
        assert webhook.post(body, Webhook.of(stack, "on_upload").token) == 401
    assert len(seen.delivery("on_upload", f"{seen.collection}/photo.jpg")["events"]) == 2
