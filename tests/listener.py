"""Somebody who listens to the api's events."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
import sseclient

from tests.eventually import eventually
from tests.person import Person

SILENCE = 10
"""Seconds without a byte after which a test fails."""


@dataclass(frozen=True)
class Heard:
    """One event."""

    id: str
    event: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Listener:
    """An open stream of events."""

    answer: requests.Response
    events: Iterator[sseclient.Event]

    def next(self) -> Heard:
        """The next event, waited for."""
        event = next(self.events)
        return Heard(event.id or "", event.event, json.loads(event.data))

    def several(self, count: int) -> list[Heard]:
        """So many of them."""
        return [self.next() for _ in range(count)]


@contextmanager
def listening(person: Person, since: str | None = None) -> Iterator[Listener]:
    """The person listens while the block runs; with `since` to what came after that id, too."""
    answer = eventually(lambda: opened(person, since), says="the api lets somebody listen")
    with answer:
        # The first lines come at once: from here on nothing is missed.
        chunks = answer.iter_content(chunk_size=None)
        events = sseclient.SSEClient(_after(next(chunks), chunks)).events()
        yield Listener(answer, events)


def opened(person: Person, since: str | None = None) -> requests.Response | None:
    """The answer to somebody who wants to listen; None when the api is not there yet."""
    headers = {} if since is None else {"Last-Event-ID": since}
    try:
        answer = requests.get(
            f"{person.url}/events",
            headers={**person.session.headers, **headers},
            stream=True,
            timeout=(5, SILENCE),
        )
    except requests.ConnectionError:
        return None
    if answer.ok:
        return answer
    answer.close()
    return None


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
