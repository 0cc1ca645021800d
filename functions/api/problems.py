"""Every error as a problem after RFC 9457, whichever part of the application it comes from."""

import http
import logging
import traceback
from collections.abc import Iterator, Mapping
from typing import Any, Final

from apiflask import APIFlask, HTTPError
from flask import Response
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from functions.api.refusals import NotReady, Refused
from functions.runtime import log
from functions.runtime.faults import Outage, Rejected
from functions.runtime.web import problem

Answer = tuple[Response, int]

_CODES: Final[Mapping[int, str]] = {
    400: "unreadable-body",
    401: "not-signed-in",
    413: "request-entity-too-large",
    422: "wrong-field",
    500: "internal-error",
}
"""Where the code is not the status's own name in small letters, or that differs between Pythons."""

_SENTENCES: Final[Mapping[int, str]] = {
    400: "The body can't be read as JSON.",
    401: "Sign in first: send `Authorization: Bearer` with a token that is still good.",
    404: "There is nothing here that you can see.",
    413: "The body is larger than this call takes.",
}


def tell_problems(app: APIFlask) -> None:
    """Have the application answer every error with a problem."""
    # First: it takes over all of Flask's own errors, whose sentences it would lose.
    app.error_processor(_invalid)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Outage, _outage)
    app.register_error_handler(Rejected, _rejected)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def problem_of(error: Refused | Rejected | ValidationError) -> Any:
    """The problem this error would be answered with, where it is one of several in an answer."""
    if isinstance(error, ValidationError):
        fields = {".".join(map(str, one["loc"])) or "_schema": [one["msg"]]
                  for one in error.errors()}  # fmt: skip
        return _invalid(HTTPError(422, detail={"json": fields}))[0].get_json()
    return (_refused(error) if isinstance(error, Refused) else _rejected(error))[0].get_json()


def _refused(refusal: Refused) -> Answer:
    answer, status = problem(refusal.status, refusal.code, refusal.detail, **refusal.told)
    answer.headers.extend(refusal.headers)
    return answer, status


def _outage(outage: Outage) -> Answer:
    log.said("a server is away", logging.WARNING, reason=str(outage))
    return _refused(NotReady("not-ready", "The servers are not all there. Try again soon.", 2))


def _rejected(rejected: Rejected) -> Answer:
    return problem(
        413 if rejected.code == "too-many-bytes" else 422, rejected.code, rejected.reason
    )


def _http(error: HTTPException) -> Answer:
    status = error.code or 500
    sentence = _SENTENCES.get(status) or error.description or _phrase(status)
    answer, _ = problem(status, _code(status), sentence)
    answer.headers.extend(
        {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    )
    return answer, status


def _bug(error: Exception) -> Answer:
    log.said(
        "a bug",
        logging.ERROR,
        reason=str(error),
        traceback="".join(traceback.format_exception(error)),
    )
    return problem(500, _code(500), "Something went wrong here. It was written down.")


def _invalid(error: HTTPError) -> Answer:
    """APIFlask's own errors: a missing token, and input that does not fit its schema."""
    status = error.status_code
    errors = list(_fields(error.detail))
    if not errors:
        answer, _ = problem(status, _code(status), _SENTENCES.get(status) or _phrase(status))
    else:
        told = "; ".join(f"{one['pointer']}: {one['detail']}" for one in errors)
        answer, _ = problem(status, _code(status), told, errors=errors)
    answer.headers.extend(error.headers)
    return answer, status


def _fields(detail: Any) -> Iterator[dict[str, str]]:
    for fields in (detail or {}).values():
        for path, sentences in fields.items():
            pointer = "" if path == "_schema" else "/" + path.replace(".", "/")
            yield from ({"pointer": pointer, "detail": sentence} for sentence in sentences)


def _code(status: int) -> str:
    return _CODES.get(status) or _phrase(status).lower().replace(" ", "-")


def _phrase(status: int) -> str:
    return http.HTTPStatus(status).phrase
