"""Cold start to the first answer, and memory after the first delivery, of each process."""

import http.client
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import psutil

from benchmarks.figures import Figure, at_most
from benchmarks.passages import settled
from benchmarks.site import FUNCTIONS, QUEUED, Site
from infra.layout import CHECKOUT
from infra.processes import Process, processes

_TIMES: Final = 3
_LONGEST_SECONDS: Final = 30.0
_BARE: Final = "an empty Flask application in gunicorn"


def starts(site: Site, photos: Sequence[Path]) -> Iterator[Figure]:
    """Each process is started alone a few times, then all together for a first delivery."""
    listed = {process.name: process for process in processes(site.stack)}
    measured = [listed[name] for name in (*FUNCTIONS, "scheduler")]
    bare = bare_of(listed[QUEUED])
    seconds = {process.name: _start_seconds(site, process) for process in (bare, *measured)}
    megabytes = _memory(site, (bare, *measured), photos)
    for process in measured:
        yield Figure(
            f"cold start of {process.name} to its first answer",
            "s",
            seconds[process.name],
            _BARE,
            seconds[bare.name],
            at_most(1.0),
        )
    for process in measured:
        yield Figure(
            f"memory of {process.name} after a delivery",
            "MB",
            megabytes[process.name],
            _BARE,
            megabytes[bare.name],
            at_most(150),
        )


def bare_of(process: Process) -> Process:
    """The empty application in the place of a process, under the settings functions have."""
    command = (*process.command[:-1], "benchmarks.bare:app")
    hooks = CHECKOUT / "benchmarks" / "bare_server.py"
    command = tuple(str(hooks) if word.startswith("python:") else word for word in command)
    return Process(process.name, command, process.variables, process.rank, process.stop_seconds)


def _start_seconds(site: Site, process: Process) -> float:
    taken = []
    for _ in range(_TIMES):
        with started(site, process) as (_, seconds):
            taken.append(seconds)
    return median(taken)


@contextmanager
def started(site: Site, process: Process) -> Iterator[tuple[psutil.Popen, float]]:
    """The process, once it has answered that it can do its work, and the seconds that took."""
    log = site.stack.folder / "logs" / f"{process.name}.bench.log"
    with log.open("a") as said:
        began = time.perf_counter()
        running = psutil.Popen(
            process.command,
            env=dict(process.variables),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            while not _ready(site.stack.ports[process.name]):
                if running.poll() is not None or time.perf_counter() - began > _LONGEST_SECONDS:
                    raise RuntimeError(f"{process.name} did not start: {log.read_text()[-2000:]}")
                time.sleep(0.005)
            yield running, time.perf_counter() - began
        finally:
            running.terminate()
            running.wait()


def _ready(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/ready")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _memory(site: Site, measured: Sequence[Process], photos: Sequence[Path]) -> dict[str, float]:
    """Megabytes by name: the proportional set sizes of master and worker, summed."""
    with ExitStack() as open_ones:
        running = {
            process.name: open_ones.enter_context(started(site, process))[0] for process in measured
        }
        for photo in photos:
            settled(site, [site.put("uploads", photo)[0]], 30)
        return {name: _megabytes(process) for name, process in running.items()}


def _megabytes(process: psutil.Process) -> float:
    family = [process, *process.children(recursive=True)]
    return sum(float(one.memory_full_info().pss) for one in family) / 1e6
