"""What an outage keeps the clock from doing is said, and done when the clock comes again."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from functions.runtime import log
from functions.runtime.faults import Outage


@contextmanager
def postponed(told: str, level: int = logging.WARNING) -> Iterator[None]:
    """Ends at an outage, saying `told` and why.

    What is tried each second is told at the level DEBUG: the minute's job says it loud enough.
    """
    try:
        yield
    except Outage as fault:
        log.said(told, level, reason=str(fault))
