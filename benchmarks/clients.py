"""Clients that ask the same thing over and over, each on a line of its own, and note how long."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import urllib3

_SECONDS: Final = 5.0

Ask = Callable[[], object]


@dataclass(frozen=True)
class Answered:
    """What some seconds of asking gave: milliseconds of each answer, and answers a second."""

    ms: list[float]
    per_second: float


def asked(make: Callable[[], Ask], clients: int) -> Answered:
    """Some clients ask for some seconds without a pause, each on a line of its own."""

    def one(_: int) -> list[float]:
        ask, taken, until = make(), [], time.perf_counter() + _SECONDS
        ask()
        while time.perf_counter() < until:
            began = time.perf_counter()
            ask()
            taken.append((time.perf_counter() - began) * 1000)
        return taken

    with ThreadPoolExecutor(clients) as pool:
        ms = [each for taken in pool.map(one, range(clients)) for each in taken]
    return Answered(ms, len(ms) / _SECONDS)


def opened(
    method: str, url: Callable[[], str], headers: dict[str, str], body: str | None = None
) -> Ask:
    """Asks for `url` on a connection of its own; an error answer ends the benchmark."""
    line = urllib3.PoolManager(1, retries=False)

    def ask() -> None:
        answer = line.request(method, url(), headers=headers, body=body)
        if answer.status >= 300:
            raise RuntimeError(f"{answer.status}: {answer.data[:500]!r}")

    return ask
