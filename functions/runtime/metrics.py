"""What a function tells Prometheus: its deliveries, their age, and how long work takes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from functions.runtime.faults import Outage
from functions.runtime.inbox import Inbox

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The metrics of one function process."""

    def __init__(self, function: str, inbox: Inbox) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_OpenDeliveries(function, inbox))
        told: dict[str, Any] = {"namespace": "colecionador", "registry": self.registry}
        labels = ("function",)
        self.attempts = Counter(
            "attempts",
            "Attempts at deliveries by how they ended.",
            ("function", "outcome"),
            **told,
        )
        self.handler_seconds = Histogram(
            "handler_seconds", "Time a handler took, in seconds.", labels, **told, buckets=_SECONDS
        ).labels(function)
        self.lag_seconds = Histogram(
            "lag_seconds",
            "From the event to the handler's first start, in seconds.",
            labels,
            **told,
            buckets=_SECONDS,
        ).labels(function)
        self.refused_events = Counter(
            "refused_events", "Webhooks that came with a wrong token.", labels, **told
        ).labels(function)


class _OpenDeliveries(Collector):
    """Counted when asked: rows that are not done, which are few."""

    def __init__(self, function: str, inbox: Inbox) -> None:
        self._function = function
        self._inbox = inbox

    def collect(self) -> Iterable[Metric]:
        deliveries = GaugeMetricFamily(
            "colecionador_deliveries",
            "Deliveries that are not done.",
            labels=("function", "state"),
        )
        age = GaugeMetricFamily(
            "colecionador_oldest_waiting_seconds",
            "Age of the oldest delivery that waits.",
            labels=("function",),
        )
        try:
            counts, oldest = self._inbox.open_rows()
        except Outage:
            # A scrape without these two tells that Mongo is away better than a zero would.
            return
        for state, count in counts.items():
            deliveries.add_metric((self._function, state), count)
        waited = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
        age.add_metric((self._function,), waited)
        yield deliveries
        yield age
