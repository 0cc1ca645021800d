"""How gunicorn serves the api: one process, with a thread for each listener beside the others."""

from typing import Any, Final

from functions.api.settings import settings

LISTENERS: Final = 256
"""Streams of events at once; each holds a thread, most of the time asleep."""

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


def worker_exit(server: Any, worker: Any) -> None:
    """No request comes any more: end those threads."""
    del server
    if getattr(worker, "wsgi", None) is not None:
        for end in worker.app.callable.extensions["ends"]:
            end()
