"""One more process of the api on the same servers, with settings of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import requests

from infra.layout import CHECKOUT, Stack
from infra.ports import free_ports
from infra.processes import processes
from tests.eventually import eventually


@contextmanager
def another_api(stack: Stack, **settings: str) -> Iterator[Stack]:
    """The stack as it is seen through an api with these settings, ready and stopped in the end."""
    (port,) = free_ports(1)
    seen = replace(stack, ports={**stack.ports, "api": port})
    (process,) = (one for one in processes(seen) if one.name == "api")
    with log_of(seen).open("w") as log:
        running = subprocess.Popen(
            process.command,
            cwd=CHECKOUT,
            env={**process.variables, **settings},
            stdout=log,
            stderr=log,
        )
        try:
            eventually(lambda: _answers(seen), timeout=60, says="another api is ready")
            yield seen
        finally:
            running.terminate()
            running.wait(timeout=60)


def log_of(stack: Stack) -> Path:
    """Where this api writes what it says."""
    return stack.folder / "logs" / f"api-{stack.ports['api']}.log"


def _answers(stack: Stack) -> bool:
    try:
        return requests.get(f"{stack.url('api')}/ready", timeout=5).ok
    except requests.RequestException:
        return False
