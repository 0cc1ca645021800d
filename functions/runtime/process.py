"""One function's process: its settings, its lines to MinIO and Mongo, its inbox and its worker."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Self, TypeAlias

from functions.runtime import log
from functions.runtime.claim import Claim
from functions.runtime.faults import Outage
from functions.runtime.function import Function
from functions.runtime.inbox import Inbox
from functions.runtime.metrics import Metrics
from functions.runtime.records import Records
from functions.runtime.settings import Settings
from functions.runtime.storage import Storage
from functions.runtime.version import code_version
from functions.runtime.work import Work
from functions.runtime.worker import Worker

_REFUSED_LATELY: Final = timedelta(minutes=5)

Check: TypeAlias = Callable[[], str | None]
"""Says in a sentence what is missing, or nothing when nothing is."""


@dataclass
class Process:
    """What runs in one process.

    `begins` add to what starts with it, `checks` to what it needs before it can do its work.
    """

    function: Function
    settings: Settings
    storage: Storage
    records: Records
    inbox: Inbox
    metrics: Metrics
    worker: Worker
    version: str
    begins: Sequence[Callable[[], None]] = ()
    checks: Sequence[Check] = ()
    refused_at: datetime | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def of(
        cls,
        function: Function,
        settings: Settings,
        storage: Storage,
        records: Records,
        inbox: Inbox,
        begins: Sequence[Callable[[], None]] = (),
        checks: Sequence[Check] = (),
    ) -> Self:
        """A process with a worker of its own; nothing is started yet."""
        log.start(function.name, settings.log_level)
        metrics = Metrics(function.name, inbox)
        version = code_version()

        def begin(claim: Claim) -> Work:
            return Work(function, claim, storage, records, version, settings.wired_functions)

        worker = Worker(inbox, metrics, settings.threads, begin)
        parts = (function, settings, storage, records, inbox, metrics, worker, version)
        return cls(*parts, begins, checks)

    def start(self) -> None:
        """Start the threads; called once the process serves requests."""
        for begin in (*self.begins, self.worker.start):
            begin()

    def stop(self, grace_seconds: float) -> None:
        """End what is in hand and take nothing new."""
        self.worker.stop(grace_seconds)

    def missing(self) -> list[str]:
        """What keeps the process from doing its work, a sentence each; empty when it can."""
        found = [
            check()
            for check in (self._storage, self._database, self._threads, self._work, *self.checks)
        ]
        return [sentence for sentence in found if sentence]

    def _storage(self) -> str | None:
        try:
            next(self.storage.list(self.function.listens_to), None)
        except Outage as fault:
            return str(fault)
        return None

    def _database(self) -> str | None:
        try:
            next(self.inbox.due(), None)
        except Outage as fault:
            return str(fault)
        return None

    def _threads(self) -> str | None:
        return None if self.worker.alive() else "a worker thread has ended"

    def _work(self) -> str | None:
        """A disk that is full, or an output that can't be written, shows only in the work."""
        return self.worker.outage

    def warnings(self) -> list[str]:
        """What an operator should look at although the work goes on."""
        if self.refused_at and datetime.now(UTC) - self.refused_at < _REFUSED_LATELY:
            return [f"a webhook came with a wrong token at {self.refused_at:%H:%M:%S} UTC"]
        return []
