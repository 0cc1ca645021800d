"""One more process of the api, on a port of its own, as when two run behind a balancer."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from infra import environment
from infra.layout import CHECKOUT, Stack
from infra.ports import free_ports
from tests.eventually import eventually


@contextmanager
def second_api(stack: Stack) -> Iterator[str]:
    """Its address; it is ready when the block begins, and stopped in order when it ends."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    settings = ("-c", "python:functions.api.server", "--no-control-socket")
    command = (sys.executable, "-m", "gunicorn", *settings, "functions.api.main:app")
    told = {**environment.of_api(stack), "PORT": str(port)}
    with (stack.folder / "logs" / f"api-{port}.log").open("w") as log:
        process = subprocess.Popen(command, cwd=CHECKOUT, env=told, stdout=log, stderr=log)
        try:
            eventually(lambda: _ready(url), timeout=60, says="a second api is ready")
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


def _ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/ready", timeout=5).ok
    except requests.RequestException:
        return False
