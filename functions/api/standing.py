"""How the process does, for probes: health, readiness and metrics."""

import ipaddress
import os
import time
from datetime import UTC, datetime
from typing import Final

from apiflask import APIBlueprint
from flask import Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Histogram, generate_latest

from functions.api.events.live import live
from functions.api.parts import parts
from functions.api.refusals import NotFound
from functions.runtime.database import outages
from functions.runtime.faults import Outage
from functions.runtime.version import code_version

standing = APIBlueprint("standing", __name__, enable_openapi=False)

_VERSION: Final = code_version()
_STARTED_AT: Final = datetime.now(UTC).isoformat()
_SECONDS: Final = Histogram(
    "colecionador_request_seconds", "Seconds of a request", ("method", "route", "status")
)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@standing.before_app_request
def _begin() -> None:
    g.began = time.perf_counter()


@standing.after_app_request
def _measure(answer: Response) -> Response:
    # The rule and not the path: ids would make a series each.
    route = request.url_rule.rule if request.url_rule else "none"
    # And no method that somebody makes up: each series is kept for ever.
    method = request.method if request.method in _METHODS else "other"
    labels = (method, route, str(answer.status_code))
    _SECONDS.labels(*labels).observe(time.perf_counter() - g.began)
    return answer


@standing.get("/health")
def health() -> dict[str, str]:
    """The process is up."""
    return {"status": "up"}


@standing.get("/ready")
def ready() -> tuple[dict[str, object], int]:
    """Whether it can do its work; on this machine also what it lacks."""
    missing, unheard = _missing(), live().missing()
    status = 503 if missing else 200
    if not _is_asked_here():
        return {"ready": not missing}, status
    state = {
        "ready": not missing,
        "missing": missing,
        "warnings": [unheard] if unheard else [],
        "function": "api",
        "version": _VERSION,
        "pid": os.getpid(),
        "started_at": _STARTED_AT,
    }
    return state, status


@standing.get("/metrics")
def metrics() -> Response:
    """For Prometheus on this machine; others, and those behind a proxy, find nothing here."""
    if not _is_asked_here():
        raise NotFound
    return Response(generate_latest(REGISTRY), mimetype=CONTENT_TYPE_LATEST)


def _is_asked_here() -> bool:
    """Whether the request comes from this machine, and through no proxy on it."""
    local = ipaddress.ip_address(request.remote_addr or "::").is_loopback
    return local and "X-Forwarded-For" not in request.headers


def _missing() -> list[str]:
    own = parts()
    found = []
    try:
        # Strangers may ask: with no key that begins so, nothing is listed.
        next(own.storage.list("uploads", prefix="?"), None)
    except Outage as fault:
        found.append(str(fault))
    try:
        with outages():
            own.database["photos"].find_one({"_id": ""})
    except Outage as fault:
        found.append(str(fault))
    return found
