"""The photo in the body of a request: as it is, in a form's `file`, or in base64 in JSON."""

import base64
import json
from typing import Final

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

MOST_BYTES: Final = 50_000_000
_MOST_OF_BODY: Final = {
    "multipart/form-data": MOST_BYTES + 100_000,
    "application/json": MOST_BYTES * 4 // 3 + 100_000,
}
_MOST_JSON_SIGNS: Final = 1000
_RAW: Final = ("", "application/octet-stream")


class BadBody(Exception):
    """The request does not hold a photo in one of the ways we read; the answer's parts."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


def photo_in(request: Request) -> bytes:
    """The bytes of the photo, whatever they are. Raises BadBody, with 400, 413, 415 or 422."""
    kind = request.mimetype
    # Checked by Content-Length before a byte is read, and while reading when there is none.
    limit = _MOST_OF_BODY.get(kind, MOST_BYTES)
    # A chunked body is cut at the limit without a word: a byte more shows that it was too large.
    request.max_content_length = limit if request.content_length is not None else limit + 1
    try:
        if kind == "multipart/form-data":
            return _of_form(request)
        if kind == "application/json":
            return _of_json(request.get_data(cache=False))
        if kind in _RAW or kind.startswith("image/"):
            return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        told = f"The file is larger than {MOST_BYTES // 1_000_000} MB."
        if (request.content_length or limit) < limit:
            told = "The form holds too much beside the file."
        raise BadBody(413, "too-many-bytes", told) from error
    hint = "Send the photo as image/..., as a form's `file`, or as JSON with `image_base64`."
    raise BadBody(415, "unsupported-type", hint)


def _of_form(request: Request) -> bytes:
    file = request.files.get("file")
    if file is None:
        raise BadBody(400, "no-file", "The form has no file with the name `file`.")
    data: bytes = file.read()
    return data


def _of_json(body: bytes) -> bytes:
    # Base64 holds none of these signs: a body full of them is no photo, and costs a minute to read.
    if sum(map(body.count, (b",", b"[", b"{"))) > _MOST_JSON_SIGNS:
        raise BadBody(400, "not-json", "The body is not JSON with a photo in it.")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadBody(400, "not-json", "The body is not JSON.") from error
    text = said.get("image_base64") if isinstance(said, dict) else None
    if not isinstance(text, str):
        raise BadBody(422, "wrong-field", "`image_base64` must be there, and be a text.")
    return _of_base64(text)


def _of_base64(text: str) -> bytes:
    if text[:5].lower() == "data:":
        kind, _, text = text.partition(",")
        if not kind.lower().endswith(";base64"):
            raise BadBody(400, "not-base64", "The data URL is not in base64.")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        raise BadBody(400, "not-base64", "`image_base64` is not base64.") from error
