"""One more replica of a function, on a port of its own with the same credentials."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import requests
from prometheus_client.parser import text_string_to_metric_families

from infra import environment
from infra.layout import CHECKOUT, Stack
from infra.ports import free_ports
from infra.processes import gunicorn
from tests.eventually import eventually


@dataclass(frozen=True)
class Replica:
    """Where a function's process answers."""

    url: str

    def attempts(self, outcome: str = "done") -> float:
        """How many attempts of this process ended so."""
        return metric(self.url, "colecionador_attempts_total", outcome=outcome)


def metric(url: str, name: str, **labels: str) -> float:
    """The sum of a metric's samples that carry these labels, as Prometheus would read it."""
    text = requests.get(f"{url}/metrics", timeout=10).text
    families = text_string_to_metric_families(text)
    samples = [sample for family in families for sample in family.samples]
    return sum(
        sample.value
        for sample in samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


@contextmanager
def replica(
    stack: Stack, function: str, variables: Mapping[str, str] | None = None
) -> Iterator[Replica]:
    """A replica that is ready when the block begins and stopped in order when it ends."""
    row = next(row for row in stack.rows if row.function == function)
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    told = {**environment.of_function(stack, row), "PORT": str(port), **(variables or {})}
    with (stack.folder / "logs" / f"{function}-{port}.log").open("w") as log:
        process = subprocess.Popen(gunicorn(row), cwd=CHECKOUT, env=told, stdout=log, stderr=log)
        try:
            eventually(lambda: _answers(url), timeout=60, says=f"a replica of {function} is ready")
            yield Replica(url)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/ready", timeout=5).ok
    except requests.RequestException:
        return False
