"""The HTTP of the scheduler: health, readiness and metrics, for probes on this machine."""

import json
import os
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from functions.runtime.version import code_version
from scheduler.settings import SchedulerSettings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

_JSON: Final = "application/json"


class Web:
    """Answers on a thread of its own; `missing` tells what keeps the scheduler from its work."""

    def __init__(
        self,
        settings: SchedulerSettings,
        registry: CollectorRegistry,
        missing: Callable[[], list[str]],
    ) -> None:
        self._version = code_version()
        self._registry = registry
        self._missing = missing
        self._started_at = datetime.now(UTC).isoformat()
        self._server = make_server(settings.host, settings.port, self._answer, _Server, _Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, name="web", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        pages = {"/health": self._health, "/ready": self._ready, "/metrics": self._metrics}
        status, kind, body = pages.get(request["PATH_INFO"], _nothing)()
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def _health(self) -> tuple[str, str, bytes]:
        return "200 OK", _JSON, b'{"status": "up"}'

    def _ready(self) -> tuple[str, str, bytes]:
        missing = self._missing()
        state = {
            "ready": not missing,
            "missing": missing,
            "warnings": [],
            "function": "scheduler",
            "version": self._version,
            "pid": os.getpid(),
            "started_at": self._started_at,
        }
        status = "503 Service Unavailable" if missing else "200 OK"
        return status, _JSON, json.dumps(state).encode()

    def _metrics(self) -> tuple[str, str, bytes]:
        return "200 OK", CONTENT_TYPE_LATEST, generate_latest(self._registry)


def _nothing() -> tuple[str, str, bytes]:
    return "404 Not Found", "text/plain", b"not found"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Probes come every few seconds and are not worth a line."""
