"""What the clock starts so that the right model answers: learn, swap, score again, tidy."""

import logging
from functools import cache

from functions.runtime import log
from scheduler.activation import Activations
from scheduler.jobs import parts
from scheduler.nearest import NearestVersions
from scheduler.postponed import postponed
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
        with postponed("labels are learned later", logging.DEBUG):
            _nearest().look()
    except OSError as error:
        log.said("labels can't be learned", logging.WARNING, reason=str(error))


def score_again() -> None:
    """Each second: photos that name an old version get the answer of the current one."""
    with postponed("photos are scored again later", logging.DEBUG):
        _rescorer().look()


def activate() -> None:
    """Each second: carry out who asked for another version."""
    with postponed("versions are activated later", logging.DEBUG):
        Activations(parts().storage, parts().database).look()


def tidy_models() -> None:
    """Each hour: let go of versions that nobody will go back to."""
    with postponed("old versions go later"):
        gone = Retention(parts().storage, parts().database).tidy_all()
        if gone:
            log.said("old versions are gone", versions=gone)
