"""New code for a function that runs: another worker answers, and nobody was turned away."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from infra.layout import Stack
from infra.lifecycle import ready, serving, start
from infra.redeploy import redeploy

pytestmark = pytest.mark.usefixtures("servers_built")


def test_a_redeployed_function_answers_all_the_while(tmp_path: Path) -> None:
    with serving(Stack.free(tmp_path)) as stack:
        start(stack, "augment")
        ready(stack, "augment")
        address = f"{stack.url('augment')}/ready"
        before = requests.get(address, timeout=30).json()["pid"]
        with _asking(f"{stack.url('augment')}/health") as answers:
            redeploy(stack, "augment")
        assert requests.get(address, timeout=30).json()["pid"] != before
        assert len(answers) > 10
        assert set(answers) == {200}


@contextmanager
def _asking(address: str) -> Iterator[list[int | str]]:
    """Ask on and on, one connection each time, and note status codes and failures."""
    answers: list[int | str] = []
    enough = threading.Event()

    def ask() -> None:
        while not enough.is_set():
            try:
                answers.append(requests.get(address, timeout=30).status_code)
            except requests.RequestException as error:
                answers.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield answers
    finally:
        enough.set()
        asking.join()
