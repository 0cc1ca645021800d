"""What the scheduler tells Prometheus: how it reconciles, and how its trainings go."""

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
        self._training = Gauge(
            "training_running", "1 while a training runs.",
            namespace=_NAMESPACE, registry=self.registry,
        )  # fmt: skip
        self._trainings = Count(
            "trainings", "Trainings that have ended, by outcome.",
            ("outcome",), namespace=_NAMESPACE, registry=self.registry,
        )  # fmt: skip
        self._training_seconds = Gauge(
            "training_seconds", "How long the last training with this outcome took, in seconds.",
            ("outcome",), namespace=_NAMESPACE, registry=self.registry,
        )  # fmt: skip

    def training_began(self) -> None:
        """A training runs now."""
        self._training.set(1)

    def training_ended(self, outcome: str, seconds: float) -> None:
        """It runs no more: published, kept, failed, cancelled, or put back into the queue."""
        self._training.set(0)
        self._trainings.labels(outcome).inc()
        self._training_seconds.labels(outcome).set(seconds)

    def reconciled(self, name: str, seconds: float, made: Counter[tuple[str, str]]) -> None:
        """A reconcile has ended, having made so many rows due by function and reason."""
        self._seconds.labels(name).set(seconds)
        self._ended.labels(name).set(time.time())
        for (function, reason), count in made.items():
            self._due.labels(name, function, reason).inc(count)

    def failed(self, name: str) -> None:
        """A reconcile has ended before its time."""
        self._failed.labels(name).inc()
