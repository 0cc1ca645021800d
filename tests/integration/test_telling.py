"""What a function tells of itself: one line for each attempt, metrics, readiness."""

import json
import re
from typing import Any

import pytest
import requests

from infra.layout import Stack
from infra.lifecycle import log_of
from tests.eventually import eventually
from tests.phone import PHOTOS, Phone
from tests.replica import metric
from tests.seen import Seen

FUNCTIONS = ["on_upload", "augment", "classify"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_attempt_is_told_in_one_line(
    function: str, stack: Stack, phone: Phone, seen: Seen
) -> None:
    key = phone.send(PHOTOS[0])
    eventually(lambda: seen.are_ready([key]))
    delivery = seen.delivery(function, key)
    eventually(lambda: len(_lines(stack, function, delivery["_id"])) == len(delivery["attempts"]))
    line = _lines(stack, function, delivery["_id"])[-1]
    assert line["function"] == function
    assert line["level"] == "INFO"
    assert (line["outcome"], line["state"]) == ("done", "done")
    assert line["content"] == delivery["content"]
    assert line["ms"] > 0
    assert "traceback" not in line


def test_a_refused_photo_is_told_with_its_reason_and_without_a_traceback(
    stack: Stack, phone: Phone, seen: Seen
) -> None:
    key = phone.send(b"a letter")
    eventually(lambda: seen.state(key) == "rejected")
    (line,) = eventually(lambda: _lines(stack, "on_upload", f"uploads/{key}"))
    assert (line["outcome"], line["state"]) == ("rejected", "parked")
    assert line["code"] == "not-a-picture"
    assert line["reason"] == seen.record(key)["error"]["detail"]
    assert "traceback" not in line


@pytest.mark.parametrize("function", FUNCTIONS)
def test_metrics_count_attempts_and_time_them(
    function: str, stack: Stack, phone: Phone, seen: Seen
) -> None:
    url = stack.url(function)
    names = ("attempts_total", "handler_seconds_count", "lag_seconds_count")
    before = {name: metric(url, f"colecionador_{name}", function=function) for name in names}
    keys = phone.send_all(PHOTOS[:3])
    eventually(lambda: seen.are_ready(keys))
    eventually(
        lambda: all(
            metric(url, f"colecionador_{name}", function=function) >= before[name] + 3
            for name in names
        )
    )
    assert metric(url, "colecionador_handler_seconds_sum", function=function) > 0
    assert metric(url, "colecionador_oldest_waiting_seconds", function=function) == 0


def test_metrics_count_deliveries_by_state(stack: Stack, phone: Phone, seen: Seen) -> None:
    url = stack.url("on_upload")
    before = metric(url, "colecionador_deliveries", state="parked")
    keys = phone.send_all([b"a letter", b"another"])
    eventually(lambda: all(seen.state(key) == "rejected" for key in keys))
    assert metric(url, "colecionador_deliveries", state="parked") == before + 2
    assert metric(url, "colecionador_deliveries", state="waiting") == 0


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_says_that_it_is_ready_and_what_it_is(function: str, stack: Stack) -> None:
    assert requests.get(f"{stack.url(function)}/health", timeout=10).json() == {"status": "up"}
    answer = requests.get(f"{stack.url(function)}/ready", timeout=10)
    told = answer.json()
    assert answer.status_code == 200
    assert (told["ready"], told["missing"], told["function"]) == (True, [], function)
    assert re.fullmatch("[0-9a-f]{12}", told["version"])


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/events", 405)])
def test_errors_are_problems(path: str, status: int, stack: Stack) -> None:
    answer = requests.get(f"{stack.url('on_upload')}{path}", timeout=10)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status


def _lines(stack: Stack, function: str, delivery: str) -> list[dict[str, Any]]:
    """What the function's log says of a delivery."""
    lines = log_of(stack.folder, function).read_text().splitlines()
    told = [json.loads(line) for line in lines if line.startswith("{") and delivery in line]
    return [line for line in told if line["message"] == "delivery"]
