"""What the clock starts so that the right model answers: learn, swap, score again, tidy."""

import logging
from functools import cache

from functions.runtime import log
from functions.runtime.faults import Outage
from scheduler.activation import Activations
from scheduler.jobs import parts
from scheduler.nearest import NearestVersions
from scheduler.rescore import Rescorer
from scheduler.retention import Retention


@cache
def _nearest() -> NearestVersions:
    return NearestVersions(parts().storage, parts().database)


@cache
def _rescorer() -> Rescorer:
    return Rescorer(parts().storage, parts().database)


def learn_nearest() -> None:
    """Each second: a new label changes what the nearest photos say."""
    try:
        _nearest().look()
    except Outage as fault:
        # Each second would be too often: the minute's job says it.
        log.said("labels are learned later", logging.DEBUG, reason=str(fault))
    except OSError as error:
        log.said("labels can't be learned", logging.WARNING, reason=str(error))


def score_again() -> None:
    """Each second: photos that name an old version get the answer of the current one."""
    try:
        _rescorer().look()
    except Outage as fault:
        log.said("photos are scored again later", logging.DEBUG, reason=str(fault))


def activate() -> None:
    """Each second: carry out who asked for another version."""
    try:
        Activations(parts().storage, parts().database).look()
    except Outage as fault:
        log.said("versions are activated later", logging.DEBUG, reason=str(fault))


def tidy_models() -> None:
    """Each hour: let go of versions that nobody will go back to."""
    try:
        gone = Retention(parts().storage, parts().database).tidy_all()
    except Outage as fault:
        log.said("old versions go later", logging.WARNING, reason=str(fault))
        return
    if gone:
        log.said("old versions are gone", versions=gone)
