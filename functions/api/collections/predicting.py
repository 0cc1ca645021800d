"""Asks classify what a picture shows: the body goes through as it comes, and nothing is kept."""

from collections.abc import Iterator
from typing import IO, Final

import requests
from flask import Request

from functions.api.refusals import NotReady, Refused
from functions.runtime.database import Document
from functions.runtime.faults import Rejected
from functions.runtime.storage import MOST_BYTES

_MOST: Final = {
    "multipart/form-data": MOST_BYTES + 100_000,
    "application/json": MOST_BYTES * 4 // 3 + 100_000,
}
_BLOCK: Final = 65_536
_CONNECT_SECONDS, _ANSWER_SECONDS = 3.0, 60.0
_AGAIN_SECONDS: Final = 2


class PassedOn(Refused):
    """What classify found wrong with the body, in its own words."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(code, detail)
        self.status = status


class _Sized:
    """A body whose length is known beforehand, in blocks."""

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._stream = stream
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        return _blocks(self._stream)


def predicted(classify_url: str, collection: str, request: Request) -> Document:
    """The answer of the collection's current model to the picture in the request.

    Raises Rejected for one that is too large or no picture, PassedOn when the body holds none,
    NotReady when classify can't be asked, and RuntimeError when it fails at the picture.
    """
    try:
        answer = requests.post(
            f"{classify_url}/predict",
            params={"collection": collection},
            data=_body(request),
            headers={"Content-Type": request.headers.get("Content-Type", "")},
            timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS),
        )
        told = answer.json()
    except requests.RequestException:
        raise _not_ready() from None
    if answer.status_code == requests.codes.unavailable or not isinstance(told, dict):
        raise _not_ready()
    if answer.status_code >= requests.codes.server_error:
        # Asking again would give the same.
        raise RuntimeError(f"classify answered {answer.status_code}")
    if answer.status_code != requests.codes.ok:
        raise PassedOn(answer.status_code, told["code"], told["detail"])
    return told


def _body(request: Request) -> _Sized | Iterator[bytes]:
    most = _MOST.get(request.mimetype, MOST_BYTES)
    length = request.content_length
    if length is not None and length > most:
        # classify would say so too, but close the line while the body is still under way.
        raise Rejected("too-many-bytes", f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    # One whose length nobody told is cut a byte behind the limit, and so found too large.
    request.max_content_length = most + 1
    return _blocks(request.stream) if length is None else _Sized(request.stream, length)


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: stream.read(_BLOCK), b"")


def _not_ready() -> NotReady:
    return NotReady("not-ready", "No model can be asked right now. Try again soon.", _AGAIN_SECONDS)
