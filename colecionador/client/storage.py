"""Posts a photo straight into storage with the form that was handed out for it."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol
from xml.etree import ElementTree

import requests
from requests.adapters import HTTPAdapter
from urllib3 import encode_multipart_formdata

from colecionador.client.errors import FormExpired, NoAnswer, NotStored
from colecionador.client.line import TIMEOUT_SECONDS, Answer, patience

Progress = Callable[[int, int], None]
"""Is told how many bytes have gone, of how many."""


class Presigned(Protocol):
    """What a post needs of a form: all `fields`, then the file, go to `url` until it `expires`."""

    @property
    def url(self) -> str: ...
    @property
    def fields(self) -> Mapping[str, str]: ...
    @property
    def expires(self) -> datetime: ...


@dataclass(frozen=True)
class Form:
    """One photo's form, good for this photo alone and for files of at most `max_bytes`."""

    photo: str
    url: str
    fields: Mapping[str, str] = field(repr=False)
    expires: datetime
    max_bytes: int

    @classmethod
    def of(cls, told: Answer) -> "Form":
        """The form in the api's answer to a hand-out."""
        expires = datetime.fromisoformat(told["expires"])
        return cls(told["photo"], told["url"], told["fields"], expires, told["max_bytes"])


def session(parallel: int = 1) -> requests.Session:
    """A session for so many posts at once, which tries again when storage is away for a moment.

    A post may be repeated, also after an answer was lost: the form names its key, so the same
    bytes come to lie in the same place. It never carries the api's token.
    """
    made = requests.Session()
    made.trust_env = False
    retry = patience({"POST"})
    retry.status_forcelist = frozenset({429, 500, 502, 503, 504})
    for scheme in ("http://", "https://"):
        made.mount(scheme, HTTPAdapter(max_retries=retry, pool_maxsize=parallel))
    return made


def post(
    through: requests.Session, form: Presigned, picture: bytes, progress: Progress | None = None
) -> None:
    """Store the photo; raises FormExpired, NotStored with storage's reason, and NoAnswer."""
    try:
        answer = posted(through, form, picture, progress)
    except requests.RequestException as error:
        raise NoAnswer(form.url, error) from error
    if answer.ok:
        return
    code, reason = told(answer)
    over = answer.status_code == 403 and form.expires < datetime.now(UTC)
    raise (FormExpired if over or "expired" in reason.lower() else NotStored)(code, reason)


def posted(
    through: requests.Session, form: Presigned, picture: bytes, progress: Progress | None = None
) -> requests.Response:
    """Storage's answer to all fields of the form and the file after them."""
    # The file's name says nothing here: storage does not look at it, it stands in the metadata.
    file = ("photo", picture, form.fields.get("Content-Type", "application/octet-stream"))
    body, kind = encode_multipart_formdata([*form.fields.items(), ("file", file)])
    return through.post(
        form.url,
        data=_Counted(body, progress) if progress else body,
        headers={"Content-Type": kind},
        timeout=TIMEOUT_SECONDS,
    )


def told(answer: requests.Response) -> tuple[str, str]:
    """S3's code and message in an error answer; the HTTP status when something else answered."""
    try:
        error = ElementTree.fromstring(answer.content)
    except ElementTree.ParseError:
        return str(answer.status_code), answer.reason
    code = error.findtext("Code") or str(answer.status_code)
    return code, error.findtext("Message") or answer.reason


class _Counted(io.BytesIO):
    """A body that tells how much of it has been taken."""

    def __init__(self, body: bytes, progress: Progress) -> None:
        super().__init__(body)
        self._whole, self._progress = len(body), progress

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes."""
        taken = super().read(size)
        self._progress(self.tell(), self._whole)
        return taken
