"""A training's process: the real one with a hasty recipe; it dies by SIGKILL where it is told to.

`FATAL` in its environment has a word for each death, in order: a phase, or `files` for the middle
of the upload.
"""

import os
import signal
import sys
from collections.abc import Mapping
from typing import Self

from pymongo.database import Database

from functions.runtime.database import Document
from functions.runtime.models import BUCKET
from functions.runtime.settings import read_settings
from functions.runtime.storage import Storage
from scheduler.learning import training as real
from scheduler.learning.judging import standing
from scheduler.learning.queue.child import main
from scheduler.learning.queue.outcome import Outcome
from scheduler.learning.recipe import Progress, Watch
from scheduler.settings import SchedulerSettings
from tests.hasty import recipe_of

_FILES_PUT = 3
_DONE = 0.3
"""So much of a phase is done before its death; of the one that has no length, nothing."""


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class FatalStorage(Storage):
    """Dies once it has put some files of a version."""

    _put = 0

    @classmethod
    def here(cls) -> Self:
        """With this process's credentials."""
        return cls.connect(read_settings(SchedulerSettings))

    def write(
        self, bucket: str, key: str, data: bytes, type: str, metadata: Mapping[str, str]
    ) -> str:
        """As Storage."""
        etag = super().write(bucket, key, data, type, metadata)
        self._put += bucket == BUCKET
        if self._put == _FILES_PUT:
            _die()
        return etag


def train(
    collection: Document,
    training: Document,
    storage: Storage,
    database: Database[Document],
    watch: Watch,
    threads: int,
) -> Outcome:
    """The real one."""
    words = os.environ.get("FATAL", "").split()
    word = words[training["deaths"]] if training["deaths"] < len(words) else ""

    def watched(progress: Progress) -> None:
        watch(progress)
        if progress.phase == word and (progress.done >= _DONE or word == "swapping"):
            _die()

    kept = FatalStorage.here() if word == "files" else storage
    return real.train(collection, training, kept, database, watched, threads)


if __name__ == "__main__":
    real.recipe_of = standing.recipe_of = recipe_of  # type: ignore[attr-defined]
    sys.exit(main(train))
