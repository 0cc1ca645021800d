"""A training's process that learns nothing: what it does stands in its collection's name."""

import errno
import fcntl
import os
import sys
import threading
from pathlib import Path

from pymongo.database import Database

from functions.runtime.database import Document
from functions.runtime.faults import Outage
from functions.runtime.manifest import BrokenVersion
from functions.runtime.storage import Storage
from scheduler.learning.queue.child import main
from scheduler.learning.queue.outcome import Outcome
from scheduler.learning.recipe import CannotLearn, Progress, Watch

STEPS = 8


def train(
    collection: Document,
    training: Document,
    storage: Storage,
    database: Database[Document],
    watch: Watch,
    threads: int,
) -> Outcome:
    """Alone in its stack, or it raises BlockingIOError, which is a bug."""
    del training, storage, database, threads
    kind = collection["_id"].partition("-")[0]
    with Path(os.environ["ALONE"]).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        watch(Progress("features", 0.0))
        if kind == "poor":
            raise CannotLearn("There are photos of one class only.")
        if kind == "damaged":
            raise BrokenVersion("backbone.tflite is missing")
        if kind == "broken":
            raise ZeroDivisionError(kind)
        if kind == "away":
            raise Outage("MinIO, writing models/x: ConnectionError")
        if kind == "full":
            raise OSError(errno.ENOSPC, "No space left on device")
        for step in range(1, 1_000_000 if kind in ("slow", "deaf") else STEPS):
            # Those who watch one that is kept look twice a second.
            threading.Event().wait(0.4 if kind == "kept" else 0.05)
            if kind != "deaf":
                watch(Progress("head", min(1.0, step / STEPS), step, STEPS, {"accuracy": 0.5}))
        watch(Progress("publish", 0.0))
    if kind == "kept":
        return Outcome("kept", "It is kept.", decision={"publish": False})
    return Outcome(
        "published", "It is published.", "transfer-1", {"publish": True}, digest="0" * 16
    )


if __name__ == "__main__":
    sys.exit(main(train))
