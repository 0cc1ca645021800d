"""The HTTP of every function: the webhook, health, readiness and metrics. Flask lives here."""

import hmac
import http
import json
import os
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, current_app, request
from gunicorn.http.errors import ParseException
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.exceptions import HTTPException

from functions.runtime import log
from functions.runtime.event import NotAnEvent, events_of
from functions.runtime.faults import Outage
from functions.runtime.process import Process
from functions.runtime.settings import Settings

_BODY_LIMIT = 1_000_000


routes = Blueprint("function", __name__)


def create_app(process: Process) -> Flask:
    """The function's web application; its worker threads are started by the server, not here."""
    app = Flask(process.function.name)
    app.extensions["process"] = process
    app.register_error_handler(HTTPException, _as_problem)
    app.register_error_handler(ParseException, _malformed)
    app.register_blueprint(routes)
    return app


@routes.post("/events")
def events() -> tuple[str, int]:
    """The webhook: 204 once everything is written down, 401 for a wrong token, 503 to try again."""
    # Read before anything is answered: MinIO keeps its connection for the next event.
    body = request.stream.read(_BODY_LIMIT)
    process = _process()
    if not _token_is_good(process.settings):
        process.metrics.refused_events.inc()
        process.refused_at = datetime.now(UTC)
        return "the token is wrong", 401
    try:
        hear(process, body)
    except Outage as fault:
        return f"not written down, send it again: {fault}", 503
    return "", 204


@routes.get("/health")
def health() -> dict[str, str]:
    """The process is up."""
    return {"status": "up"}


@routes.get("/ready")
def ready() -> tuple[dict[str, object], int]:
    """Whether the process can do its work, and if not, what is missing."""
    process = _process()
    missing = process.missing()
    state = {
        "ready": not missing,
        "missing": missing,
        "warnings": process.warnings(),
        "function": process.function.name,
        "version": process.version,
        "pid": os.getpid(),
        "started_at": process.started_at.isoformat(),
    }
    return state, 503 if missing else 200


@routes.get("/metrics")
def metrics() -> Response:
    """What Prometheus reads."""
    text = generate_latest(_process().metrics.registry)
    return Response(text, mimetype=CONTENT_TYPE_LATEST)


def _process() -> Process:
    process: Process = current_app.extensions["process"]
    return process


def hear(process: Process, body: bytes) -> None:
    """Make the rows due that a webhook's body names; a body that names none is kept, parked.

    Raises Outage when it could not be written down: MinIO will send it again.
    """
    try:
        for event in events_of(body):
            if event.bucket != process.function.listens_to:
                raise NotAnEvent(f"an event of the bucket {event.bucket!r}")
            row_id = process.inbox.hear(event)
            if row_id:
                process.worker.hint(row_id)
    except NotAnEvent as reason:
        # MinIO repeats what is not answered with 2xx for ever, and the queue behind it stands.
        process.inbox.park_body(body, str(reason))
        log.said("a webhook's body is not an event; parked", reason=str(reason))


def problem(status: int, code: str, detail: str, **more: object) -> tuple[Response, int]:
    """An error answer after RFC 9457: `code` is stable, `detail` is for people."""
    body = {
        "type": "about:blank",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }
    response = Response(json.dumps(body), mimetype="application/problem+json")
    return response, status


def _as_problem(error: HTTPException) -> tuple[Response, int]:
    status = error.code or 500
    code = http.HTTPStatus(status).phrase.lower().replace(" ", "-")
    return problem(status, code, error.description or http.HTTPStatus(status).description)


def _malformed(_: ParseException) -> tuple[Response, int]:
    return problem(400, "bad-request", "The request is malformed.")


def _token_is_good(settings: Settings) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    tokens = (settings.event_token, settings.event_token_previous)
    # No early end: how long it takes must not tell which token was nearly right.
    matches = [hmac.compare_digest(given, t.get_secret_value().encode()) for t in tokens if t]
    return any(matches)
