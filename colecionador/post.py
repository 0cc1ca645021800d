"""Posts a photo with its form, as a phone does."""

from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from functions.handout.form import Form

_TRIES: Final = 8
_PAUSE_SECONDS: Final = 0.2
"""The first pause; they double, so that storage may be away for most of a minute."""

_TIMEOUT_SECONDS: Final = (5, 60)


class NotStored(Exception):
    """Storage did not take the photo; `code` is S3's word, or `no-answer`."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class FormExpired(NotStored):
    """The form's time is over; another one may store the photo."""


def session(parallel: int = 1) -> requests.Session:
    """A session for so many posts at once, which tries again when storage is away for a moment.

    A post may be repeated, also after an answer was lost: the form names its key, so the same
    bytes come to lie in the same place.
    """
    retry = Retry(
        total=_TRIES,
        backoff_factor=_PAUSE_SECONDS,
        backoff_jitter=_PAUSE_SECONDS,
        status_forcelist=(429, 500, 502, 503, 504),
        allowed_methods={"POST"},
        raise_on_status=False,
    )
    made = requests.Session()
    for scheme in ("http://", "https://"):
        made.mount(scheme, HTTPAdapter(max_retries=retry, pool_maxsize=parallel))
    return made


def post(through: requests.Session, form: Form, picture: bytes) -> None:
    """Store the photo; raises FormExpired, or NotStored with storage's reason."""
    try:
        answer = posted(through, form, picture)
    except requests.RequestException as error:
        raise NotStored("no-answer", f"storage does not answer: {_short(error)}") from error
    if answer.ok:
        return
    code, reason = told(answer)
    if "expired" in reason.lower() or (answer.status_code == 403 and _is_over(form)):
        raise FormExpired(code, reason)
    raise NotStored(code, reason)


def posted(through: requests.Session, form: Form, picture: bytes) -> requests.Response:
    """Storage's answer to all fields of the form and the file after them."""
    # The file goes without its name, which storage does not look at: it stands in the metadata.
    file = {"file": ("photo", picture, form.fields["Content-Type"])}
    return through.post(form.url, data=form.fields, files=file, timeout=_TIMEOUT_SECONDS)


def told(answer: requests.Response) -> tuple[str, str]:
    """S3's code and message in an error answer; the HTTP status when something else answered."""
    try:
        error = ElementTree.fromstring(answer.content)
    except ElementTree.ParseError:
        return str(answer.status_code), answer.reason
    code = error.findtext("Code") or str(answer.status_code)
    return code, error.findtext("Message") or answer.reason


def _is_over(form: Form) -> bool:
    return form.expires < datetime.now(UTC)


def _short(error: requests.RequestException) -> str:
    return f"{type(error).__name__} at {error.request.url if error.request else 'its address'}"
