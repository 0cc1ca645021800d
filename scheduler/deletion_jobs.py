"""What the clock starts so that collections are deleted that somebody asked to delete."""

import logging
from functools import cache

from scheduler.deletion import Deletions
from scheduler.jobs import parts
from scheduler.postponed import postponed


@cache
def _deletions() -> Deletions:
    own = parts()
    settings = own.settings
    functions = settings.wired_functions
    return Deletions(own.storage, own.database, functions, settings.lease_seconds)


def delete_collections() -> None:
    """Each second: go on with every collection that is being deleted."""
    with postponed("collections are deleted later", logging.DEBUG):
        _deletions().look()
