"""What the clock starts; the stored jobs name these functions by their place in this module."""

import logging
import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import Final

from pymongo.database import Database

from functions.runtime import log
from functions.runtime.database import Document, connect
from functions.runtime.faults import Outage
from functions.runtime.settings import read_settings
from functions.runtime.storage import Storage
from scheduler.label_log import LabelLog
from scheduler.learning.photos.variant_cache import forget_orphans
from scheduler.metrics import SchedulerMetrics
from scheduler.postponed import postponed
from scheduler.reconcile import Reconciler
from scheduler.settings import SchedulerSettings

STOPPING: Final = threading.Event()
"""Set when the process has to end: what runs stops at its next step."""


@dataclass(frozen=True)
class Parts:
    """This process's settings, its lines to MinIO and Mongo, and what it counts."""

    settings: SchedulerSettings
    storage: Storage
    database: Database[Document]
    metrics: SchedulerMetrics
    reconciler: Reconciler


@cache
def parts() -> Parts:
    """The parts of this process; ends it with a sentence when a setting is missing."""
    own = read_settings(SchedulerSettings)
    storage, database = Storage.connect(own), connect(own)
    reconciler = Reconciler.of(storage, database, own.wired_functions, stopping=STOPPING)
    return Parts(own, storage, database, SchedulerMetrics(), reconciler)


def each_minute() -> None:
    """Write down new labels; reconcile what came lately, and let go of forms nobody used."""
    _log_labels()
    _reconcile("minute", every_photo=False)


def each_night() -> None:
    """Reconcile every photo there is; removed ones drop out of label logs and stored features."""
    _log_labels(every=True)
    _reconcile("night", every_photo=True)
    _forget_orphans()


def _log_labels(every: bool = False) -> None:
    own = parts()
    with postponed("the label logs have to wait"):
        written = LabelLog(own.storage, own.database).write(every)
        if written:
            log.said("label logs written", collections=written)


def _forget_orphans() -> None:
    """Features that a training stored while classify forgot those of a removed photo."""
    with postponed("features without photos go later"):
        forgotten = forget_orphans(parts().database)
        if forgotten:
            log.said("features without photos are gone", photos=forgotten)


def _reconcile(name: str, every_photo: bool) -> None:
    own, start = parts(), time.monotonic()
    try:
        made = own.reconciler.carry_out(own.reconciler.plan(every_photo))
        expired = own.reconciler.expire_forms()
    except Outage as fault:
        own.metrics.failed(name)
        log.said("reconcile ended early", logging.WARNING, reconcile=name, reason=str(fault))
        return
    seconds = time.monotonic() - start
    own.metrics.reconciled(name, seconds, made)
    due = {f"{function}, {reason}": count for (function, reason), count in made.items()}
    told = {"reconcile": name, "seconds": round(seconds, 3), "due": due, "expired": expired}
    # Nothing is found sixty times an hour, which nobody needs to read.
    quiet = not (every_photo or made or expired)
    log.said("reconciled", logging.DEBUG if quiet else logging.INFO, **told)
