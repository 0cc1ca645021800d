"""What the scheduler tells Prometheus: when it last reconciled, how long it took, what it found."""

import time
from collections import Counter
from typing import Final

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client import Counter as Count

_NAMESPACE: Final = "colecionador"


class SchedulerMetrics:
    """The metrics of one scheduler process; `reconcile` is the name of a job."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        label = ("reconcile",)
        self._seconds = Gauge(
            "reconcile_seconds", "How long the last reconcile took, in seconds.",
            label, namespace=_NAMESPACE, registry=self.registry,
        )  # fmt: skip
        self._ended = Gauge(
            "reconcile_ended_timestamp_seconds", "When the last reconcile ended well.",
            label, namespace=_NAMESPACE, registry=self.registry,
        )  # fmt: skip
        self._due = Count(
            "reconcile_due", "Rows that reconcile has made due.",
            (*label, "function", "reason"), namespace=_NAMESPACE, registry=self.registry,
        )  # fmt: skip
        self._failed = Count(
            "reconcile_failed", "Reconciles that did not come to their end.",
            label, namespace=_NAMESPACE, registry=self.registry,
        )  # fmt: skip

    def reconciled(self, name: str, seconds: float, made: Counter[tuple[str, str]]) -> None:
        """A reconcile has ended, having made so many rows due by function and reason."""
        self._seconds.labels(name).set(seconds)
        self._ended.labels(name).set(time.time())
        for (function, reason), count in made.items():
            self._due.labels(name, function, reason).inc(count)

    def failed(self, name: str) -> None:
        """A reconcile has ended before its time."""
        self._failed.labels(name).inc()
