"""How gunicorn serves a function: one process, some threads, and a worker that stops in order.

One process a replica, so that the bounds (pixels in flight, one model in memory, alone means
alone) hold as they are written; more replicas are more of these.
"""

import gc
from typing import Any, Final

from functions.runtime.lines import end_silent
from functions.runtime.settings import settings

# What is imported now stays: looking through it for garbage again and again would be a tenth of
# the start. `post_worker_init` ends that.
gc.disable()

# The supervisor waits a minute before it kills.
_grace: Final = min(45.0, max(2.0, settings().lease_seconds / 2))

_SILENCE_SECONDS: Final = 10

bind = f"{settings().host}:{settings().port}"
workers = 1
worker_class = "functions.runtime.lines.Worker"
threads = 16
graceful_timeout = int(_grace) + 5
timeout = int(settings().lease_seconds) + 30
keepalive = 75
accesslog = None
errorlog = "-"
loglevel = "warning"


def when_ready(server: Any) -> None:
    """A client that falls silent in the middle of a request gives its thread back."""
    end_silent(server.LISTENERS, _SILENCE_SECONDS)


def post_worker_init(worker: Any) -> None:
    """The application is loaded: start its worker threads."""
    gc.freeze()
    gc.enable()
    worker.app.callable.extensions["process"].start()


def worker_exit(server: Any, worker: Any) -> None:
    """No request comes any more: end the deliveries in hand, give back the others."""
    del server
    if getattr(worker, "wsgi", None) is not None:
        worker.app.callable.extensions["process"].stop(_grace)
