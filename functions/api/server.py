"""How gunicorn serves the api: one process, with a thread for each listener beside the others."""

import signal
from types import FrameType
from typing import Any

from functions.api.events.hub import LISTENERS
from functions.api.settings import settings

bind = f"{settings().host}:{settings().port}"
workers = 1
worker_class = "gthread"
threads = LISTENERS + 32
graceful_timeout = 10
timeout = 60
keepalive = 75
accesslog = None
errorlog = "-"
loglevel = "warning"


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
