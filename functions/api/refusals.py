"""Why the api does not do what it was asked, as an HTTP status, a stable code and a sentence.

Refused
├── NotSignedIn      401: nobody is known by the password or token
├── NotFound         404: it is not there, or the caller may not know that it is
├── Forbidden        403: the caller sees it but may not do this
├── Conflict         409: not in the state it is in
├── Wrong            422: a field has a value that can't be
├── TooMany          429: not now, with the seconds to wait
├── NotReady         503: something that is needed is away, with the seconds to wait
└── NoSpace          507: the disk is nearly full
"""

from collections.abc import Mapping


class Refused(Exception):
    """The parent of all; `code` is listed in docs/errors.md, `detail` is for people."""

    status: int

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail

    @property
    def headers(self) -> Mapping[str, str]:
        """HTTP headers that belong to the answer."""
        return {}

    @property
    def told(self) -> Mapping[str, object]:
        """Members of the problem beside the usual ones."""
        return {}


class NotSignedIn(Refused):
    """Nobody is known by what was given."""

    status = 401

    @property
    def headers(self) -> Mapping[str, str]:
        """What would be believed, as RFC 9110 wants it said."""
        return {"WWW-Authenticate": "Bearer"}


class NotFound(Refused):
    """It is not there, or not visible: nobody can tell which."""

    status = 404

    def __init__(self, detail: str = "There is nothing here that you can see.") -> None:
        super().__init__("not-found", detail)


class Forbidden(Refused):
    """The caller sees it, but may not do this."""

    status = 403

    def __init__(self, detail: str, code: str = "forbidden") -> None:
        super().__init__(code, detail)


class Conflict(Refused):
    """What was asked does not go with the state of things."""

    status = 409


class Wrong(Refused):
    """A field's value can't be; `pointer` is its JSON pointer (RFC 6901), such as `/label`."""

    status = 422

    def __init__(self, pointer: str, detail: str, code: str = "wrong-field") -> None:
        super().__init__(code, detail)
        self._pointer = pointer

    @property
    def told(self) -> Mapping[str, object]:
        """The field among `errors`, as validation tells its own."""
        return {"errors": [{"pointer": self._pointer, "detail": self.detail}]}


class _Later(Refused):
    def __init__(self, code: str, detail: str, seconds: int) -> None:
        super().__init__(code, detail)
        self._seconds = seconds

    @property
    def headers(self) -> Mapping[str, str]:
        """When it makes sense to come again."""
        return {"Retry-After": str(self._seconds)}


class TooMany(_Later):
    """Too often in too short a time."""

    status = 429


class NotReady(_Later):
    """Something the answer needs is away for the moment."""

    status = 503


class NoSpace(Refused):
    """The disk is nearly full."""

    status = 507
