"""How a process of a stack dies, sleeps and wakes in tests."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from infra import supervised
from infra.layout import Stack
from infra.lifecycle import ready, start, stop
from infra.readiness import is_ready
from tests.eventually import eventually


def members(stack: Stack, name: str) -> list[psutil.Process]:
    """A supervised process and its children: of a function, gunicorn's master and its worker."""
    pid = supervised.call(stack.folder, "getProcessInfo", name)["pid"]
    if not pid:
        return []
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def kill(stack: Stack, name: str) -> None:
    """SIGKILL the process and its children; the supervisor starts it again."""
    for process in members(stack, name):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def kill_and_wait(stack: Stack, name: str) -> None:
    """As `kill`, until another one is ready in its place."""
    before = members(stack, name)[0].pid
    kill(stack, name)
    eventually(
        lambda: _another(stack, name, before) and is_ready(stack, name),
        timeout=60,
        says=f"{name} is started again",
    )


@contextmanager
def away(stack: Stack, name: str) -> Iterator[None]:
    """The process is stopped while the block runs; afterwards it is ready again."""
    stop(stack, name)
    try:
        yield
    finally:
        start(stack, name)
        ready(stack, name)


@contextmanager
def asleep(stack: Stack, name: str) -> Iterator[None]:
    """SIGSTOP the process while the block runs, and wake it afterwards."""
    stopped = members(stack, name)
    _signal(stopped, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(stopped, signal.SIGCONT)


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _another(stack: Stack, name: str, before: int) -> bool:
    return any(process.pid != before for process in members(stack, name)[:1])
