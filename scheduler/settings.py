"""What the scheduler is told by its environment."""

from functions.runtime.settings import StackAccess


class SchedulerSettings(StackAccess):
    """Settings of the scheduler's process."""

    host: str = "127.0.0.1"
    port: int
