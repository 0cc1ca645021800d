"""The doctor's checks from the phone's side, over the address that phones use.

No form is ever fulfilled: posts are empty or too large, and how storage refuses them tells whether
it accepted the signature before.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

import requests
import uuid6

from colecionador.client.storage import posted, told
from colecionador.verdict import Verdict, note, ok, wrong
from functions.handout.form import BUCKET, Announced, Signer
from functions.runtime.photo import PhotoRef
from functions.runtime.storage import MOST_BYTES
from infra.settings import lan_address

_TIMEOUT: Final = (5, 60)
_SKEW_NOTED: Final = 60.0
_SKEW_WRONG: Final = 300.0
_STRANGER: Final = "https://another-page.example"
_LIMIT: Final = f"{MOST_BYTES // 1_000_000} MB"


def reachable(url: str, port: int) -> Verdict:
    """Whether storage answers where phones look for it."""
    about, setting = "address", "PUBLIC_STORAGE_URL"
    try:
        answer = requests.get(f"{url}/minio/health/live", timeout=_TIMEOUT)
    except requests.exceptions.SSLError as error:
        return wrong(about, f"{url}: the certificate is not trusted ({error})", setting)
    except requests.RequestException as error:
        said = f"{url} does not answer ({type(error).__name__})"
        return wrong(about, said, f"{setting}, a firewall, or MinIO: `make status`")
    if not answer.ok:
        return wrong(about, f"{url} is not MinIO: it says {answer.status_code}", setting)
    if urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1"):
        better = f"{setting}=http://{lan_address()}:{port}"
        return note(about, f"{url} can be reached from this machine only", better)
    return ok(about, f"storage answers at {url}")


def clock(url: str) -> Verdict:
    """How far storage's clock is from the one that signs forms; past 15 minutes all are refused."""
    before = datetime.now(UTC)
    answer = requests.get(f"{url}/minio/health/live", timeout=_TIMEOUT)
    here = before + (datetime.now(UTC) - before) / 2
    if "Date" not in answer.headers:
        return note("clock", "storage tells no time")
    apart = abs((parsedate_to_datetime(answer.headers["Date"]) - here).total_seconds())
    said = f"storage's clock and this one are {apart:.0f} s apart"
    mend = "the clock of this machine or of storage's: let NTP set both"
    if apart > _SKEW_WRONG:
        return wrong("clock", said, mend)
    # The header tells whole seconds.
    return note("clock", said, mend) if apart > _SKEW_NOTED else ok("clock", "tells the same time")


def signature(signer: Signer) -> Iterator[Verdict]:
    """Whether storage accepts our forms, and refuses forged ones."""
    status, code, said = _post(signer, b"")
    if code == "EntityTooSmall":
        yield ok("signature", "a form is accepted at the address phones use")
    else:
        mend = "OPERATOR_STORAGE_SECRET in secrets.env, then start the stack again"
        yield wrong("signature", f"a good form is refused: {status} {code}: {said}", mend)
    forged = Signer(signer.storage_url, signer.user, "not-the-secret", signer.region)
    status, code, said = _post(forged, b"")
    if status == 403:
        yield ok("forgery", "a form signed with another secret is refused")
    else:
        yield wrong(
            "forgery",
            f"a forged form got {status} {code}: {said}",
            f"{BUCKET} must not be open to everyone: take its bucket policy away",
        )


def sizes(signer: Signer) -> Iterator[Verdict]:
    """Whether a photo of the largest size gets through to storage, and storage minds the limits."""
    mend = f"the limit of whatever stands before MinIO (nginx: client_max_body_size {_LIMIT})"
    try:
        status, code, said = _post(signer, bytes(MOST_BYTES + 1))
    except requests.RequestException as error:
        yield wrong("large photos", f"{_LIMIT} don't get through: {type(error).__name__}", mend)
        return
    if code == "EntityTooLarge":
        yield ok("large photos", f"{_LIMIT} get through, and a byte more is refused")
    elif status < 300:
        yield wrong("large photos", f"more than {_LIMIT} were stored", "report this as a bug")
    else:
        yield wrong("large photos", f"{_LIMIT} don't get through: {status} {code}: {said}", mend)


def cors(url: str, page: str) -> Iterator[Verdict]:
    """Whether the page may send photos from a browser, and other pages may not."""
    parts = urlsplit(page)
    origin = f"{parts.scheme}://{parts.netloc}"
    if _allowed(url, origin) in (origin, "*"):
        yield ok("page", f"browsers may send photos from {origin}")
    else:
        yield wrong(
            "page",
            f"browsers may not send photos from {origin}",
            "PUBLIC_URL, then start the stack again",
        )
    if _allowed(url, _STRANGER) in (_STRANGER, "*"):
        yield wrong(
            "other pages",
            "browsers may send photos from any page",
            "MINIO_API_CORS_ALLOW_ORIGIN of MinIO, or the proxy before it",
        )
    else:
        yield ok("other pages", "browsers may not send photos from them")


def _post(signer: Signer, body: bytes) -> tuple[int, str, str]:
    form = signer.form(PhotoRef("doctor", str(uuid6.uuid7())), "doctor", Announced("doctor", 1))
    with requests.Session() as through:
        answer = posted(through, form, body)
    return (answer.status_code, *told(answer))


def _allowed(url: str, origin: str) -> str | None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answer = requests.options(f"{url}/{BUCKET}", headers=asked, timeout=_TIMEOUT)
    return answer.headers.get("Access-Control-Allow-Origin")
