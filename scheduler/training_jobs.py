"""What the clock starts for trainings: asking for those that are due, and seeing to the one."""

import logging
from functools import cache

from functions.runtime import log
from functions.runtime.faults import Outage
from scheduler.jobs import parts
from scheduler.learning.queue.asking import Asking
from scheduler.learning.queue.attendant import Attendant


@cache
def _attendant() -> Attendant:
    own = parts()
    return Attendant(own.database, own.settings, own.metrics)


def ask_where_due() -> None:
    """Each minute: ask for a training of each collection whose new labels are enough."""
    try:
        Asking(parts().database).ask_where_due()
    except Outage as fault:
        log.said("new labels are counted later", logging.WARNING, reason=str(fault))


def attend() -> None:
    """Each second: begin the next training, or see how the one in hand does."""
    try:
        _attendant().look()
    except Outage as fault:
        # Each second would be too often: the minute's job says it.
        log.said("trainings are looked at later", logging.DEBUG, reason=str(fault))


def end_training() -> None:
    """At the end of the process: the training in hand goes back to the queue."""
    try:
        _attendant().stop()
    except Outage as fault:
        log.said("a training is put back later", logging.WARNING, reason=str(fault))
