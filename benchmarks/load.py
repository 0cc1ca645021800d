"""Clients that ask classify about photos without a pause, and note each answer."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Final

import urllib3

CLIENTS: Final = 4


@dataclass(frozen=True)
class Asked:
    """One question: when it began, its milliseconds, and the answer's model and best category."""

    at: float
    ms: float
    model: str | None
    category: str | None


@dataclass
class Load:
    """Answers as they come in."""

    asked: list[Asked] = field(default_factory=list)

    def between(self, start: float, end: float) -> list[float]:
        """Milliseconds of the questions asked in this span (seconds of the monotonic clock)."""
        return [one.ms for one in self.asked if start <= one.at <= end]


@contextmanager
def predict_load(url: str, photos: Sequence[bytes]) -> Iterator[Load]:
    """Four clients, each with a connection of its own, post one photo after the other to `url`."""
    load, stop = Load(), Event()
    with ThreadPoolExecutor(CLIENTS) as clients:
        running = [clients.submit(_ask_on, url, photos, load, stop) for _ in range(CLIENTS)]
        try:
            yield load
        finally:
            stop.set()
            for one in running:
                one.result()


def _ask_on(url: str, photos: Sequence[bytes], load: Load, stop: Event) -> None:
    pool = urllib3.PoolManager(1, retries=False)
    number = 0
    while not stop.is_set():
        began = time.monotonic()
        said = _asked(pool, url, photos[number % len(photos)])
        ms = (time.monotonic() - began) * 1000
        load.asked.append(Asked(began, ms, said.get("model"), _best(said)))
        number += 1


def _asked(pool: urllib3.PoolManager, url: str, photo: bytes) -> Mapping[str, Any]:
    try:
        answer = pool.request("POST", url, body=photo, headers={"Content-Type": "image/jpeg"})
    except urllib3.exceptions.HTTPError:
        return {}
    return dict(json.loads(answer.data)) if answer.status == 200 else {}


def _best(said: Mapping[str, Any]) -> str | None:
    top = said.get("top")
    return str(top[0]["category"]) if isinstance(top, list) and top else None
