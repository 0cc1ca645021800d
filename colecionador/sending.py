"""Sends files into a collection: hand-out, form, post, several at once."""

import errno
import hashlib
import mimetypes
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from colecionador.post import FormExpired, NotStored, post, session
from functions.handout.form import ANY_TYPE, Announced
from functions.handout.handout import HandOut
from functions.runtime.faults import Outage, Rejected
from functions.runtime.photo import PhotoRef
from functions.runtime.storage import MOST_BYTES

Answer = TypeVar("Answer")

_PAUSES_SECONDS: Final = (0.5, 1, 2, 4, 8)
"""Between the tries of a hand-out, on top of the seconds each waits for a server."""


@dataclass(frozen=True)
class Sent:
    """How sending one file went: the `photo` stored `at` after `seconds`, or why not (`reason`)."""

    path: Path
    photo: str | None
    at: datetime
    seconds: float
    code: str = ""
    reason: str = ""


class Sender:
    """Sends photos into one collection for one owner, `parallel` at once.

    All get one `label`, or their own of `labels`. Those of `awaited` were handed out before and
    take the place that waits for them.
    """

    def __init__(
        self,
        handout: HandOut,
        collection: str,
        owner: str,
        label: str | None = None,
        parallel: int = 4,
        labels: Mapping[Path, str] | None = None,
        awaited: Mapping[Path, str] | None = None,
    ) -> None:
        self._handout = handout
        self._collection = collection
        self._owner = owner
        self._label = label
        self._labels = labels or {}
        self._awaited = awaited or {}
        self._parallel = parallel
        self._session = session(parallel)

    def send_all(self, paths: Iterable[Path]) -> Iterator[Sent]:
        """Send every file; tells each as it ends. What has not begun is dropped by an interrupt."""
        with self._session, ThreadPoolExecutor(self._parallel) as threads:
            sending = [threads.submit(self.send, path) for path in paths]
            try:
                for ended in as_completed(sending):
                    yield ended.result()
            finally:
                threads.shutdown(wait=False, cancel_futures=True)

    def send(self, path: Path) -> Sent:
        """Send one file; never raises for what is wrong with the file or with storage."""
        started = time.monotonic()
        photo, code, reason = None, "", ""
        try:
            photo = self._stored(path)
        except (NotStored, Rejected) as refusal:
            code, reason = refusal.code, refusal.reason
        except OSError as error:
            code, reason = "unreadable", error.strerror or str(error)
        except ValueError as error:
            code, reason = "not-sent", str(error)
        except Outage as error:
            code, reason = "no-answer", str(error)
        seconds = time.monotonic() - started
        return Sent(path, photo, datetime.now(UTC), seconds, code, reason)

    def _stored(self, path: Path) -> str:
        told = path.stat()
        if not stat.S_ISREG(told.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        size = told.st_size
        # One that is too large is refused by its size alone, not read.
        data = path.read_bytes() if size <= MOST_BYTES else b""
        announced = self._announced(path, len(data) or size, data)
        if path in self._awaited:
            return self._sent_again(self._awaited[path], announced, data)
        form = _patiently(lambda: self._handout.new(self._collection, self._owner, announced))
        try:
            post(self._session, form, data)
        except FormExpired:
            return self._sent_again(form.photo, announced, data)
        return form.photo

    def _sent_again(self, photo: str, announced: Announced, data: bytes) -> str:
        place = PhotoRef(self._collection, photo)
        fresh = _patiently(lambda: self._handout.again(place, self._owner, announced))
        # None: an earlier post stored it after all, and only its answer was lost.
        if fresh is not None:
            post(self._session, fresh, data)
        return photo

    def _announced(self, path: Path, size: int, data: bytes) -> Announced:
        return Announced(
            # Names that are no text in UTF-8 get signs that say so.
            filename=os.fsencode(path.name).decode(errors="replace"),
            size=size,
            type=mimetypes.guess_type(path.name)[0] or ANY_TYPE,
            label=self._labels.get(path, self._label),
            sha256=hashlib.sha256(data).hexdigest(),
        )


def _patiently(hand_out: Callable[[], Answer]) -> Answer:
    """What a hand-out gives, patient while Mongo is away. One whose answer was lost expires."""
    for pause in _PAUSES_SECONDS:
        try:
            return hand_out()
        except Outage:
            time.sleep(pause)
    return hand_out()


def files_in(places: Iterable[Path]) -> list[Path]:
    """Every file of these files and folders, each once, in order; hidden ones are left out."""
    found = dict.fromkeys(file for place in places for file in _files(place))
    return list(found)


def _files(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    inside = [path for path in place.rglob("*") if path.is_file()]
    return sorted(path for path in inside if "/." not in f"/{path.relative_to(place).as_posix()}")
