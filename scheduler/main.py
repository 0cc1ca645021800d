"""The scheduler's process: the clock, and the HTTP that tells how it does."""

import signal
from types import FrameType
from typing import Final

from functions.runtime import log
from functions.runtime.database import outages
from functions.runtime.faults import Outage
from scheduler.clock import Clock
from scheduler.jobs import STOPPING, parts
from scheduler.training_jobs import end_training
from scheduler.web import Web

_LOOK_SECONDS: Final = 1.0


def main() -> None:
    """Run until SIGTERM or SIGINT, then end in order.

    Raises SystemExit when the clock can't run; the supervisor starts the process again.
    """
    own = parts()
    log.start("scheduler", own.settings.log_level)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    clock = Clock(own.settings)
    web = Web(own.settings, own.metrics.registry, lambda: _missing(clock))
    web.start()
    try:
        clock.start()
        while not STOPPING.wait(_LOOK_SECONDS):
            if not clock.alive():
                raise SystemExit("the clock has stopped; its reason stands above")
    except Outage as fault:
        raise SystemExit(f"cannot start the clock: {fault}") from None
    finally:
        clock.stop()
        end_training()
        web.stop()


def _stop(signal_number: int, frame: FrameType | None) -> None:
    STOPPING.set()


def _missing(clock: Clock) -> list[str]:
    """What keeps the scheduler from its work, a sentence each; empty when nothing does."""
    own = parts()
    found = [] if clock.alive() else ["the clock has stopped"]
    try:
        next(own.storage.list("uploads"), None)
        with outages():
            own.database["photos"].find_one({"_id": ""})
    except Outage as fault:
        found.append(str(fault))
    return found


if __name__ == "__main__":
    main()
