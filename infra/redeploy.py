"""New code for one process while the stack runs: no event and no request is lost."""

import subprocess
from typing import Any

import requests

from infra import environment, supervised
from infra.layout import CHECKOUT, Stack
from infra.lifecycle import log_of, ready, start, stop
from infra.processes import gunicorn
from infra.waiting import wait_until
from infra.wiring import Row


def redeploy(stack: Stack, name: str) -> None:
    """Bring the checkout's code into the running process `name`.

    A function gets a new worker beside the old one, which finishes what it has in hand; the
    listening socket stays. Raises SystemExit when the new code does not load (the old one stays)
    and NotInTime when it does not become ready.
    """
    row = next((row for row in stack.rows if row.function == name), None)
    if row is None:
        stop(stack, name)
        start(stack, name)
        ready(stack, name)
        return
    _check(stack, row)
    before = _answering(stack, name)
    supervised.call(stack.folder, "signalProcess", name, "HUP")
    wait_until(
        lambda: _is_new(_answering(stack, name), before),
        seconds=60,
        otherwise=f"the new {name} does not answer; see {log_of(stack.folder, name)}",
    )


def _check(stack: Stack, row: Row) -> None:
    command = gunicorn(row, "--check-config")
    variables = environment.of_function(stack, row)
    tried = subprocess.run(
        command, cwd=CHECKOUT, env=variables, capture_output=True, text=True, check=False
    )
    if tried.returncode:
        raise SystemExit(
            f"{tried.stderr}\nthe new code of {row.function} does not load; the old one still runs"
        )


def _answering(stack: Stack, name: str) -> dict[str, Any] | None:
    try:
        answer = requests.get(f"{stack.url(name)}/ready", timeout=5)
        return dict(answer.json()) if answer.ok else None
    except requests.RequestException:
        return None


def _is_new(now: dict[str, Any] | None, before: dict[str, Any] | None) -> bool:
    return now is not None and (before is None or now["pid"] != before["pid"])
