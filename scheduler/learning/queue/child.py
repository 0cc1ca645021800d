"""The training's own process: `python -m scheduler.learning.queue.child TRAINING_ID`.

The scheduler starts it for a training that it has begun, so that TensorFlow's memory goes back to
the system when it is over, and so that a training can be ended whatever it does.
"""

import errno
import logging
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from pymongo.database import Database

from functions.learning.trainings import CANCELLED, Trainings
from functions.runtime import log
from functions.runtime.collections import Collections
from functions.runtime.database import Document, connect
from functions.runtime.faults import Fault, Outage
from functions.runtime.manifest import BrokenVersion
from functions.runtime.settings import read_settings
from functions.runtime.storage import Storage
from scheduler.learning.queue.guard import AWAY, LOST, guard
from scheduler.learning.queue.outcome import Outcome
from scheduler.learning.queue.reporting import Reporting
from scheduler.learning.queue.training_queue import PAUSE_SECONDS, TRAINING, TrainingQueue
from scheduler.learning.recipe import Cancelled, CannotLearn, Watch
from scheduler.lease import Lease
from scheduler.settings import SchedulerSettings

Train = Callable[[Document, Document, Storage, Database[Document], Watch, int], Outcome]
"""What is done: (collection, training, storage, database, watch, threads) -> Outcome."""

_NO_MEMORY: Final = "There was not enough memory for this training."
_DAMAGED: Final = "A model in the bucket can't be used:"
_OURS: Final = "Something failed on our side; the scheduler's log tells what."
_KEEPS: Final = "The current model keeps answering."
_WAITS: Final = "It has to wait and is tried again:"
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_AGAIN_SECONDS: Final = 1.0


def main(train: Train) -> int:
    """Carry out the training named on the command line; the exit code.

    0 when its end stands in Mongo, AWAY after an outage, LOST when it is another scheduler's.
    """
    own = read_settings(SchedulerSettings)
    log.start(TRAINING, own.log_level)
    storage, database = Storage.connect(own), connect(own)
    try:
        training = Trainings.of(database).get(sys.argv[1])
        if training is None or training["state"] != "running":
            raise SystemExit(f"no training {sys.argv[1]} was begun by a scheduler")
        collection = Collections.of(database).get(training["collection"])
    except Outage as fault:
        log.said("a training has to wait", logging.WARNING, reason=str(fault))
        return AWAY
    guard(Lease.of(database, TRAINING, own.lease_seconds, training["holder"]), own.lease_seconds)
    watch = Reporting(TrainingQueue.of(database), training)

    def learn() -> Outcome:
        if collection is None:
            raise CannotLearn(f"There is no collection {training['collection']!r} any more.")
        return train(collection, training, storage, database, watch, own.training_threads)

    return _carried_out(learn, watch, TrainingQueue.of(database), training)


def _carried_out(
    learn: Callable[[], Outcome], watch: Reporting, queue: TrainingQueue, training: Document
) -> int:
    own = (training["_id"], training["holder"])
    try:
        outcome = _outcome(learn)
    except Cancelled as reason:
        if not watch.cancelled:
            log.said("a training ends itself", logging.WARNING, reason=str(reason))
            return LOST
        outcome = Outcome("cancelled", CANCELLED)
    except Fault as fault:
        log.said("a training has to wait", logging.WARNING, reason=str(fault))
        with suppress(Outage):
            queue.put_back(*own, f"{_WAITS} {fault}.", PAUSE_SECONDS)
        return AWAY
    # Patient with an outage, as long as the guard is: the work is done.
    while True:
        with suppress(Outage):
            written = queue.finish(*own, outcome.state, outcome.reason, outcome.told())
            return LOST if written is None else 0
        time.sleep(_AGAIN_SECONDS)


def _outcome(learn: Callable[[], Outcome]) -> Outcome:
    try:
        return learn()
    except CannotLearn as reason:
        return Outcome("failed", str(reason))
    except BrokenVersion as broken:
        return Outcome("failed", f"{_DAMAGED} {broken}. {_KEEPS}")
    except (Fault, Cancelled):
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise Outage("the disk of the scheduler's machine is full") from error
        return _failed(error)
    except Exception as bug:  # noqa: BLE001 - whatever else is raised is a bug of ours
        return _failed(bug)


def _failed(bug: Exception) -> Outcome:
    told = "".join(traceback.format_exception(bug))
    log.said("a training failed", logging.ERROR, traceback=told)
    # TensorFlow has an error of its own for it, and is not imported here.
    no_memory = isinstance(bug, MemoryError) or type(bug).__name__ == "ResourceExhaustedError"
    why = _NO_MEMORY if no_memory else _OURS
    return Outcome("failed", f"{why} {_KEEPS}")


if __name__ == "__main__":
    from scheduler.learning.training import train as _train

    sys.exit(main(_train))
