"""Servers with the api and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.first_account import make_first_account
from infra.layout import Stack
from infra.lifecycle import ready, serving, start
from tests.lease import LEASE_SECONDS


@contextmanager
def with_api(folder: Path) -> Iterator[Stack]:
    """A stack in this folder whose api runs, and no function that could interfere."""
    with serving(Stack.free(folder, {"LEASE_SECONDS": str(LEASE_SECONDS)})) as started:
        make_first_account(started, print)
        start(started, "api")
        ready(started, "api")
        yield started
