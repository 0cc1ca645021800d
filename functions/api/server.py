"""How gunicorn serves the api: one process, with a thread for each listener beside the others."""

import signal
from types import FrameType
from typing import Any

from functions.api.events.hub import LISTENERS
from functions.api.in_hand import MOST
from functions.api.settings import settings
from functions.runtime.lines import end_silent

bind = f"{settings().host}:{settings().port}"
workers = 1
worker_class = "functions.runtime.lines.Worker"
# What one person can hold leaves others enough.
threads = LISTENERS + MOST + 48
graceful_timeout = 10
timeout = 60
keepalive = 75
accesslog = None
errorlog = "-"
loglevel = "warning"


def when_ready(server: Any) -> None:
    """A client that falls silent in the middle of a request gives its thread back."""
    end_silent(server.LISTENERS, 15)


def post_worker_init(worker: Any) -> None:
    """The application is loaded: start the threads it has of its own."""
    for begin in worker.app.callable.extensions["begins"]:
        begin()

    def stop(number: int, frame: FrameType | None) -> None:
        # Streams last as long as somebody listens: gunicorn would wait for each in vain.
        _end(worker)
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGTERM, stop)


def worker_exit(server: Any, worker: Any) -> None:
    """No request comes any more: end those threads."""
    del server
    if getattr(worker, "wsgi", None) is not None:
        _end(worker)


def _end(worker: Any) -> None:
    for end in worker.app.callable.extensions["ends"]:
        end()
