"""What can go wrong, each with a stable `code` and a sentence.

ClientError
├── NoAnswer          nobody answered, though it was tried again and again
├── NotStored         storage did not take the photo; `code` is S3's word
│   └── FormExpired   ... because the form's time is over; another one may store it
└── Problem           the api refused, with its HTTP `status` and the fields that are wrong
    ├── NotSignedIn   401: no token, or one that is over
    ├── Forbidden     403: visible, but not with this role
    ├── NotFound      404: not there, or not visible
    ├── Conflict      409: not in the state it is in
    ├── Wrong         400, 413, 415, 422: what was sent can't be used as it is
    └── Later         429, 503, 507: not now; `retry_after` says when, if the api knows
"""

from collections.abc import Mapping, Sequence
from typing import Final

import requests


class ClientError(Exception):
    """The parent of all; `code` is for programs, `detail` for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class NoAnswer(ClientError):
    """The api or storage is away, or cannot be reached from here."""

    def __init__(self, who: str, error: requests.RequestException) -> None:
        super().__init__("no-answer", f"{who} does not answer ({type(error).__name__}).")


class NotStored(ClientError):
    """Storage did not take the photo."""


class FormExpired(NotStored):
    """The form's time is over."""


class Problem(ClientError):
    """The api's answer after RFC 9457.

    `errors` are the wrong fields: JSON pointer and sentence; `retry_after` is in seconds.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Sequence[Mapping[str, str]] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code, detail)
        self.status = status
        self.errors = errors
        self.retry_after = retry_after


class NotSignedIn(Problem):
    """No token, or one that is good for nothing any more; or a wrong name or password."""


class Forbidden(Problem):
    """The collection is visible, but this needs a larger role in it."""


class NotFound(Problem):
    """It is not there, or not for this caller; nobody can tell which."""


class Conflict(Problem):
    """What was asked does not go with the state of things."""


class Wrong(Problem):
    """What was sent can't be used; sending it again as it is would change nothing."""


class Later(Problem):
    """Not now: too often, or something is away, or the disk is full."""


_BY_STATUS: Final[Mapping[int, type[Problem]]] = {
    400: Wrong,
    401: NotSignedIn,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: Wrong,
    415: Wrong,
    422: Wrong,
    429: Later,
    503: Later,
    507: Later,
}


def problem_in(answer: requests.Response) -> Problem:
    """The error that an answer tells, also when something before the api has written it."""
    status = answer.status_code
    told = _told(answer)
    after = answer.headers.get("Retry-After", "")
    return problem(status, told, float(after) if after.isdecimal() else None)


def problem(status: int, told: Mapping[str, object], retry_after: float | None = None) -> Problem:
    """The error with this status and these members of a problem."""
    errors = told.get("errors")
    return _BY_STATUS.get(status, Problem)(
        status,
        str(told.get("code", status)),
        str(told.get("detail", f"HTTP {status}")),
        errors if isinstance(errors, list) else (),
        retry_after,
    )


def _told(answer: requests.Response) -> Mapping[str, object]:
    try:
        told = answer.json()
    except requests.exceptions.JSONDecodeError:
        return {"detail": answer.reason}
    return told if isinstance(told, dict) else {"detail": answer.reason}
