"""What the scheduler is told by its environment."""

import os

from pydantic import Field

from functions.runtime.settings import StackAccess


def _all_but_one() -> int:
    return max(1, (os.cpu_count() or 1) - 1)


class SchedulerSettings(StackAccess):
    """Settings of the scheduler's process, and of the training it starts."""

    host: str = "127.0.0.1"
    port: int
    lease_seconds: float = Field(default=60, gt=0)
    training_threads: int = Field(default_factory=_all_but_one, ge=1, le=256)
