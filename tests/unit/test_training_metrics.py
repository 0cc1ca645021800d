"""What Prometheus is told of trainings."""

from scheduler.metrics import SchedulerMetrics


def test_trainings_are_counted_by_their_outcome() -> None:
    metrics = SchedulerMetrics()
    read = metrics.registry.get_sample_value
    assert read("colecionador_training_running") == 0
    metrics.training_began()
    assert read("colecionador_training_running") == 1
    metrics.training_ended("kept", 12.5)
    assert read("colecionador_training_running") == 0
    assert read("colecionador_trainings_total", {"outcome": "kept"}) == 1
    assert read("colecionador_training_seconds", {"outcome": "kept"}) == 12.5
    assert read("colecionador_trainings_total", {"outcome": "published"}) is None
