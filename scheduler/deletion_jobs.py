"""What the clock starts so that collections are deleted that somebody asked to delete."""

import logging
from functools import cache

from functions.runtime import log
from functions.runtime.faults import Outage
from scheduler.deletion import Deletions
from scheduler.jobs import parts


@cache
def _deletions() -> Deletions:
    own = parts()
    settings = own.settings
    functions = settings.wired_functions
    return Deletions(own.storage, own.database, functions, settings.lease_seconds)


def delete_collections() -> None:
    """Each second: go on with every collection that is being deleted."""
    try:
        _deletions().look()
    except Outage as fault:
        # Each second would be too often: the minute's job says it.
        log.said("collections are deleted later", logging.DEBUG, reason=str(fault))
