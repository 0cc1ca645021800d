"""The training's process as its scheduler holds it: started with low priority, ended for sure."""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

COMMAND: Final = (sys.executable, "-m", "scheduler.learning.queue.child")

_NICE: Final = ("nice", "-n", "10")
_GRACE_SECONDS: Final = 5.0


class ChildProcess:
    """One training's process. Its log lines go where the scheduler's go."""

    def __init__(self, training_id: str, threads: int, command: Sequence[str] = COMMAND) -> None:
        self._process = subprocess.Popen(
            (*_NICE, *command, training_id),
            env={**os.environ, **_environment(threads)},
            stdin=subprocess.DEVNULL,
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it lives; negative when a signal ended it."""
        return self._process.poll()

    def end(self) -> None:
        """SIGTERM, and SIGKILL when that did not help; returns when it is gone."""
        self._process.terminate()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _environment(threads: int) -> dict[str, str]:
    """Read by TensorFlow, OpenMP and BLAS when they are imported, which is too late in Python."""
    names = ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "2", "TF_NUM_INTEROP_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    return {**dict.fromkeys(names, str(threads)), **quiet}
