"""Finds what would keep a process of the stack from starting, before any of them is started."""

from functions.api.settings import ApiSettings
from functions.runtime.settings import Settings, read_settings
from infra import environment
from infra.layout import Stack
from scheduler.settings import SchedulerSettings


def check_settings(stack: Stack) -> None:
    """Read each process's settings as it will; raises SystemExit naming those to mend."""
    for row in stack.rows:
        read_settings(Settings, environment.of_function(stack, row))
    read_settings(SchedulerSettings, environment.of_scheduler(stack))
    read_settings(ApiSettings, environment.of_api(stack))
