"""Downloads pictures one after the other, politely, into a folder that keeps them."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final
from urllib.parse import urljoin, urlsplit

import requests
from urllib3 import Retry
from urllib3.exceptions import HTTPError

from colecionador.imports.open_internet import PrivateAddress
from functions.runtime.storage import MOST_BYTES

USER_AGENT: Final = f"colecionador/{version('colecionador')} (imports a list of pictures)"
RETRY: Final = Retry(
    total=3,
    backoff_factor=1,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods={"GET"},
    respect_retry_after_header=True,
    # A server that wants more rest than that is asked again when the import is run again.
    retry_after_max=60,
    raise_on_status=False,
)
PAUSE_SECONDS: Final = 0.5
"""Between two requests to one host."""

_TIMEOUT_SECONDS: Final = (5, 20)
_LONGEST_SECONDS: Final = 120
"""For one whole download, however slowly its bytes drip."""

_MOST_REDIRECTS: Final = 5
_PIECE: Final = 1 << 16


class NotFetched(Exception):
    """An address gave no file; `code` is a word for programs."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Downloads:
    """Files fetched through a session, one at a time, and kept in `folder` for the next run."""

    def __init__(
        self,
        folder: Path,
        through: requests.Session,
        pause: float = PAUSE_SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._folder = folder
        self._through = through
        self._pause = pause
        self._most_bytes = most_bytes
        self._asked_at: dict[str, float] = {}
        # Encoded bytes would be counted twice over; pictures are compressed as they are.
        through.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        folder.mkdir(parents=True, exist_ok=True)

    def fetch(self, url: str) -> Path:
        """The file at this address, from the folder when it is there; raises NotFetched."""
        with _said():
            file = self._folder / _name(url)
            if not file.exists():
                part = file.with_name(f".{file.name}.part")
                try:
                    with part.open("wb") as opened:
                        self._follow(url, opened)
                    part.replace(file)
                finally:
                    part.unlink(missing_ok=True)
        return file

    def _follow(self, url: str, file: BinaryIO) -> None:
        for _ in range(_MOST_REDIRECTS + 1):
            parts = urlsplit(url)
            if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
                raise NotFetched("address", "This is no http or https address.")
            self._rest(parts.hostname)
            with self._through.get(url, stream=True, timeout=_TIMEOUT_SECONDS) as answer:
                if not answer.is_redirect:
                    return self._read(answer, file)
                url = urljoin(url, answer.headers["Location"])
        raise NotFetched("redirects", f"It leads on more than {_MOST_REDIRECTS} times.")

    def _read(self, answer: requests.Response, file: BinaryIO) -> None:
        if answer.status_code != requests.codes.ok:
            reason = f"The server says {answer.status_code} {answer.reason}."
            raise NotFetched(f"http-{answer.status_code}", reason)
        ends = time.monotonic() + _LONGEST_SECONDS
        while piece := answer.raw.read1(_PIECE, decode_content=True):
            file.write(piece)
            if file.tell() > self._most_bytes:
                most = self._most_bytes // 1_000_000
                raise NotFetched("too-many-bytes", f"The file is larger than {most} MB.")
            if time.monotonic() > ends:
                raise NotFetched("too-slow", f"It took over {_LONGEST_SECONDS} seconds.")

    def _rest(self, host: str) -> None:
        since = time.monotonic() - self._asked_at.get(host, float("-inf"))
        time.sleep(max(0.0, self._pause - since))
        self._asked_at[host] = time.monotonic()


@contextmanager
def _said() -> Iterator[None]:
    """Says in NotFetched's words what can happen to a request."""
    try:
        yield
    except PrivateAddress as refusal:
        raise NotFetched("private-address", str(refusal)) from refusal
    except ValueError as error:
        raise NotFetched("address", f"The address can't be asked: {error}") from error
    except requests.Timeout as error:
        raise NotFetched("no-answer", "The server took too long to answer.") from error
    except (requests.RequestException, HTTPError) as error:
        raise NotFetched("no-answer", f"No whole answer came: {type(error).__name__}.") from error


def _name(url: str) -> str:
    """A file's name made of the address, with its ending when that is an ordinary one."""
    ending = PurePosixPath(urlsplit(url).path).suffix.lower()
    plain = ending if ending[1:].isalnum() and ending.isascii() and len(ending) <= 5 else ""
    return hashlib.sha256(url.encode()).hexdigest()[:32] + plain
