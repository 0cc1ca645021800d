"""What the clock starts for trainings: asking for those that are due, and seeing to the one."""

import logging
from functools import cache

from scheduler.jobs import parts
from scheduler.learning.queue.asking import Asking
from scheduler.learning.queue.attendant import Attendant
from scheduler.postponed import postponed


@cache
def _attendant() -> Attendant:
    own = parts()
    return Attendant(own.database, own.settings, own.metrics)


def ask_where_due() -> None:
    """Each minute: ask for a training of each collection whose new labels are enough."""
    with postponed("new labels are counted later"):
        Asking(parts().database).ask_where_due()


def attend() -> None:
    """Each second: begin the next training, or see how the one in hand does."""
    with postponed("trainings are looked at later", logging.DEBUG):
        _attendant().look()


def end_training() -> None:
    """At the end of the process: the training in hand goes back to the queue."""
    with postponed("a training is put back later"):
        _attendant().stop()
