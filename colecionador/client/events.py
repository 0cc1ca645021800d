"""Events: what happens in the caller's collections, as it happens, without holes."""

import json
import math
import random
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final, Self

import requests
from sseclient import SSEClient

from colecionador.client.errors import Later, problem_in
from colecionador.client.line import Answer, Line

_QUIET_SECONDS: Final = 45.0
"""The api says something every 15 s; who has heard nothing for so long has lost the line."""

_PAUSES_SECONDS: Final = (0.2, 2.0)
"""Between two tries to listen, at random, so that not all listeners come back at once."""


@dataclass(frozen=True)
class Event:
    """Something of the `kind` photo, training, model or collection has changed: look again.

    A `reset` says that too much was missed: look at everything again. `told` is the rest: `at`,
    `collection`, `photo` or `training`, and what changed.
    """

    id: str
    kind: str
    told: Answer = field(repr=False)


class Events:
    """Listens from the beginning of its `with` block on; a lost line is taken up where it broke.

    Iterating ends when `deadline` (in monotonic seconds) has passed, and raises Problem when the
    api does not let the caller listen any more. Without an answer it goes on trying.
    """

    def __init__(self, line: Line, after: str | None = None, patience: float = math.inf) -> None:
        """Listen after the event with the id `after`, for `patience` seconds at first."""
        self.deadline = time.monotonic() + patience
        self.last = after
        self._line = line
        self._quiet = min(_QUIET_SECONDS, patience)
        self._answer: requests.Response | None = None

    def __enter__(self) -> Self:
        while self._answer is None and not self._is_over():
            self._listen()
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()

    def __iter__(self) -> Iterator[Event]:
        while not self._is_over():
            if self._answer is None:
                self._listen()
            else:
                yield from self._heard(self._answer)
                self._let_go()

    def _heard(self, answer: requests.Response) -> Iterator[Event]:
        try:
            for heard in SSEClient(self._lines(answer)).events():
                yield Event(heard.id or "", heard.event, json.loads(heard.data))
        except requests.RequestException:
            # The line broke, or was quiet too long: it is taken up after the last event.
            return

    def _lines(self, answer: requests.Response) -> Iterator[bytes]:
        told = self.last
        for line in answer.iter_lines(chunk_size=None):
            if line.startswith(b"id:"):
                told = line.removeprefix(b"id:").strip().decode()
            if not line:
                # Also of what is no event: the api tells where one is when nothing happens.
                self.last = told
            yield line + b"\n"
            if self._is_over():
                return

    def _listen(self) -> None:
        headers = {"Accept": "text/event-stream"} | (
            {"Last-Event-ID": self.last} if self.last else {}
        )
        try:
            answer = self._line.session.get(
                self._line.address("events"), headers=headers, stream=True, timeout=(5, self._quiet)
            )
        except requests.RequestException:
            time.sleep(random.uniform(*_PAUSES_SECONDS))
            return
        if answer.ok:
            self._answer = answer
            return
        with closing(answer):
            problem = problem_in(answer)
        if not isinstance(problem, Later):
            raise problem
        time.sleep(problem.retry_after or random.uniform(*_PAUSES_SECONDS))

    def _let_go(self) -> None:
        if self._answer is not None:
            self._answer.close()
            self._answer = None

    def _is_over(self) -> bool:
        return time.monotonic() > self.deadline
