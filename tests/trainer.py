"""A scheduler of trainings in tests: a process of its own, with trainings made for tests."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from functions.runtime import log
from functions.runtime.database import connect
from functions.runtime.settings import read_settings
from infra import environment
from infra.layout import CHECKOUT, Stack
from scheduler.learning.queue.attendant import Attendant
from scheduler.metrics import SchedulerMetrics
from scheduler.settings import SchedulerSettings


@dataclass(frozen=True)
class Trainer:
    """The scheduler's process and its log."""

    process: psutil.Popen
    log: Path

    def child(self) -> psutil.Process | None:
        """The process of the training in hand."""
        with suppress(psutil.NoSuchProcess):
            return next(iter(self.process.children()), None)
        return None

    def said(self, message: str) -> list[dict[str, Any]]:
        """Its log lines, and those of its trainings, with this message."""
        told = self.log.read_text().splitlines()
        # TensorFlow writes between them, in words.
        lines = [json.loads(line) for line in told if line.startswith("{")]
        return [line for line in lines if line["message"] == message]


@contextmanager
def trainer(
    stack: Stack, name: str = "trainer", training: str = "tests.tiny_training", **more: str
) -> Iterator[Trainer]:
    """One that looks while the block runs; it is killed afterwards if it is still there.

    Its trainings are what the module `training` does, with `more` variables.
    """
    path = stack.folder / "logs" / f"{name}.log"
    own = {"ALONE": str(stack.folder / "alone"), **more}
    variables = {**environment.of_scheduler(stack), **own}
    with path.open("w") as file:
        command = [sys.executable, "-m", "tests.trainer", training]
        process = psutil.Popen(
            command, cwd=CHECKOUT, env=variables, stdout=file, stderr=subprocess.STDOUT
        )
    try:
        yield Trainer(process, path)
    finally:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
            process.wait(timeout=30)


def _main() -> None:
    own = read_settings(SchedulerSettings)
    log.start("scheduler", own.log_level)
    command = (sys.executable, "-m", sys.argv[1])
    attendant = Attendant(connect(own), own, SchedulerMetrics(), command)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    while not stopping.wait(0.1):
        attendant.look()
    attendant.stop()


if __name__ == "__main__":
    _main()
