"""The process supervisor of one stack: start it, speak with it, stop it, find what it left."""

import hashlib
import socket
import subprocess
import sys
import xmlrpc.client
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import psutil
from supervisor.xmlrpc import SupervisorTransport

from infra import environment
from infra.conf import conf
from infra.executables import CACHE
from infra.layout import CHECKOUT, Stack
from infra.private_file import write_private
from infra.processes import Process
from infra.waiting import NotInTime, wait_until


def socket_of(folder: Path) -> Path:
    """The supervisor's socket; outside the folder because a socket's path must be short."""
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return CACHE / "run" / f"{digest}.sock"


@contextmanager
def launched(stack: Stack, listed: Sequence[Process]) -> Iterator[None]:
    """The supervisor with these processes, none of them running yet; in the end all are stopped."""
    path = socket_of(stack.folder)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = stack.folder / "run" / "supervisord.conf"
    write_private(file, conf(stack, path, listed))
    log = stack.folder / "logs" / "supervisord.start.log"
    with log.open("w") as said, _spawned(file, stack, said) as started:
        try:
            wait_until(
                lambda: answers(stack.folder) or started.poll() is not None,
                seconds=20,
                otherwise=f"the supervisor does not answer; see {log}",
            )
            if started.poll() is not None:
                raise SystemExit(f"the supervisor did not start; see {log}")
            yield
        finally:
            end(stack.folder)


def _spawned(file: Path, stack: Stack, said: IO[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(file)],
        cwd=CHECKOUT,
        env=environment.of_any(stack),
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        # Ctrl-C in the terminal reaches the one who started us, who stops all in order.
        start_new_session=True,
    )


def answers(folder: Path) -> bool:
    """Whether a supervisor of this folder is there."""
    path = socket_of(folder)
    with closing(socket.socket(socket.AF_UNIX)) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def call(folder: Path, method: str, *values: object) -> Any:
    """Call the supervisor (`startProcess`, `getProcessInfo`...); raises xmlrpc.client.Fault."""
    transport = SupervisorTransport(None, None, f"unix://{socket_of(folder)}")
    with closing(transport):
        proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        return getattr(proxy.supervisor, method)(*values)


def state_of(folder: Path, name: str) -> str:
    """The supervisor's word for a process: RUNNING, STARTING, BACKOFF, STOPPED, EXITED..."""
    return cast("str", call(folder, "getProcessInfo", name)["statename"])


def end(folder: Path) -> None:
    """Stop everything in order and wait until the last process is gone."""
    if answers(folder):
        supervisor = psutil.Process(call(folder, "getPID"))
        call(folder, "shutdown")
        wait_until(
            lambda: _gone(supervisor),
            seconds=240,
            otherwise=f"the supervisor does not end; see {folder / 'logs' / 'supervisord.log'}",
        )
    end_strays(folder)


def strays(folder: Path) -> list[psutil.Process]:
    """Processes that belong to this folder's stack, whoever is their parent now."""
    return [process for process in psutil.process_iter() if _marked(process, folder)]


def end_strays(folder: Path) -> int:
    """End what a killed supervisor left behind, asking first; returns how many there were."""
    left = strays(folder)
    for process in left:
        # Some go by themselves meanwhile, as gunicorn's workers do when their master goes.
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    with suppress(NotInTime):
        wait_until(lambda: all(_gone(process) for process in left), 30, otherwise="still there")
    for process in strays(folder):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return len(left)


def _gone(process: psutil.Process) -> bool:
    # One that has ended stays in the list until its parent has asked how.
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _marked(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.environ().get(environment.STACK_MARK) == str(folder)
    except (psutil.Error, OSError):
        # Other people's processes, and those that ended while we looked.
        return False
