"""A stack's life: servers first, then the wiring, then functions and the clock; back in reverse."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xmlrpc.client import Fault

from infra import supervised
from infra.beforehand import check_settings
from infra.executables import mongo_server
from infra.first_account import make_first_account
from infra.layout import Stack
from infra.models import publish_models
from infra.mongo_first import make_first_user, make_root_user
from infra.mongo_kind import require_same_kind
from infra.ports import require_free
from infra.processes import processes, servers
from infra.readiness import is_ready
from infra.settings import port_setting
from infra.waiting import wait_until
from infra.wire import wire

_ENOUGH_BYTES: Final = 100_000_000
"""Free space a stack needs to start: Mongo's log files and MinIO's own records."""

Say = Callable[[str], None]


@contextmanager
def running(stack: Stack, say: Say = print) -> Iterator[Stack]:
    """The whole stack, ready when the block begins and stopped in order when it ends."""
    with serving(stack, say):
        publish_models(stack, say)
        make_first_account(stack, say)
        functions = processes(stack)[len(servers(stack)) :]
        start(stack, *(process.name for process in functions))
        for process in functions:
            ready(stack, process.name)
        yield stack


@contextmanager
def serving(stack: Stack, say: Say = print) -> Iterator[Stack]:
    """MinIO and Mongo with the wiring done; functions and scheduler known but not started."""
    check_settings(stack)
    with _alone(stack.folder):
        _clear(stack, say)
        require_same_kind(stack)
        listed = processes(stack)
        for process in listed:
            require_free(stack.ports[process.name], port_setting(process.name))
        _warn(stack, say)
        make_first_user(stack)
        stack.save()
        with supervised.launched(stack, listed):
            _start_servers(stack)
            for change in wire(stack):
                say(f"wired: {change}")
            yield stack


def start(stack: Stack, *names: str) -> None:
    """Start processes of the list and don't wait for them."""
    for name in names:
        supervised.call(stack.folder, "startProcess", name, False)


def stop(stack: Stack, name: str) -> None:
    """Stop one process, as its own shutdown wants it, and wait for its end."""
    try:
        supervised.call(stack.folder, "stopProcess", name, True)
    except Fault as fault:
        if "NOT_RUNNING" not in fault.faultString:
            raise


def ready(stack: Stack, name: str, seconds: float = 60) -> None:
    """Wait until the process can do its work; raises NotInTime naming its log."""
    wait_until(
        lambda: is_ready(stack, name),
        seconds=seconds,
        otherwise=f"{name} is not ready after {seconds:.0f} s; see {log_of(stack.folder, name)}",
    )


def log_of(folder: Path, name: str) -> Path:
    """The file with what the process says."""
    return folder / "logs" / f"{name}.log"


def _start_servers(stack: Stack) -> None:
    names = [process.name for process in servers(stack)]
    start(stack, *names)
    for name in names:
        ready(stack, name)
    make_root_user(stack)


def _clear(stack: Stack, say: Say) -> None:
    free = shutil.disk_usage(stack.folder).free
    if free < _ENOUGH_BYTES:
        raise SystemExit(
            f"only {free / 1e6:.0f} MB are free where {stack.folder} is; "
            f"a stack needs {_ENOUGH_BYTES / 1e6:.0f} to start"
        )
    if supervised.answers(stack.folder):
        say("stopping what an earlier start left running")
        supervised.end(stack.folder)
    elif left := supervised.end_strays(stack.folder):
        say(f"ended {left} processes that an earlier start left behind")


def _warn(stack: Stack, say: Say) -> None:
    server = mongo_server()
    if stack.external_mongo is None and server is not None and not server.enforces_roles:
        say(
            "WARNING: SecantusDB's Python twin does not enforce roles: every function can read "
            "and write everything in Mongo. Install cargo, cmake and a C compiler, or set MONGO_URI"
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder; raises SystemExit when another start of this stack holds it."""
    with (folder / "run" / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"the stack in {folder} is running already") from None
        yield
