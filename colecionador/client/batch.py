"""Many files, several at once; what is wrong with one of them stops none of the others."""

import errno
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from colecionador.client.errors import ClientError, Wrong
from colecionador.client.picture import Sent, Uploaded

MOST_BYTES: Final = 50_000_000
"""What storage takes at most."""


Send = Callable[[Path, bytes, str], Uploaded]
"""Sends one file, given its path, its bytes and its name."""


def send_all(paths: Iterable[Path], send: Send, parallel: int) -> Iterator[Sent]:
    """Send every file; tells each as it ends. What has not begun is dropped by an interrupt."""
    with ThreadPoolExecutor(parallel) as threads:
        sending = [threads.submit(_sent, path, send) for path in paths]
        try:
            for ended in as_completed(sending):
                yield ended.result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _sent(path: Path, send: Send) -> Sent:
    started = time.monotonic()

    def told(photo: str | None, duplicate: bool = False, code: str = "", reason: str = "") -> Sent:
        seconds = time.monotonic() - started
        return Sent(path, photo, datetime.now(UTC), seconds, duplicate, code, reason)

    try:
        # Names that are no text in UTF-8 get signs that say so.
        name = os.fsencode(path.name).decode(errors="replace")
        uploaded = send(path, _bytes(path), name)
    except ClientError as refusal:
        return told(None, code=refusal.code, reason=refusal.detail)
    except OSError as error:
        return told(None, code="unreadable", reason=error.strerror or str(error))
    return told(uploaded.photo, uploaded.duplicate)


def _bytes(path: Path) -> bytes:
    known = path.stat()
    if not stat.S_ISREG(known.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    # The api would say so too; but nobody has to read it for that.
    if known.st_size > MOST_BYTES:
        mega = MOST_BYTES // 1_000_000
        raise Wrong(413, "too-many-bytes", f"The file is larger than {mega} MB.")
    return path.read_bytes()
