"""Looks at each candidate once: opens it as on_upload will, and keeps what tells it from others."""

import os
import stat
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from colecionador.imports.candidate import Candidate, LeftOut
from functions.on_upload.describe import describe
from functions.pictures.budget import PixelBudget
from functions.pictures.photo import Limits, open_photo
from functions.runtime.faults import Rejected
from functions.runtime.storage import MOST_BYTES

TINY_SIDE: Final = 16


@dataclass(frozen=True)
class Look:
    """A candidate that opened: pixels upright, `phash` of 64 bits, `tiny` 16 x 16 x RGB bytes."""

    candidate: Candidate
    sha256: str
    width: int
    height: int
    phash: int
    tiny: bytes


def looks(candidates: Iterable[Candidate], min_side: int) -> Iterator[Look | LeftOut]:
    """Every candidate looked at, in their order, on all cores; no picture stays in memory."""
    budget = PixelBudget()
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        try:
            yield from threads.map(lambda one: look(one, min_side, budget), candidates)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def look(candidate: Candidate, min_side: int, budget: PixelBudget) -> Look | LeftOut:
    """Open one; LeftOut with open_photo's codes, `unreadable` or `too-small`."""
    try:
        with open_photo(_bytes(candidate.path), Limits(), budget) as photo:
            if min(photo.width, photo.height) < min_side:
                size = f"{photo.width} x {photo.height}"
                reason = f"The picture has {size} pixels; the shorter side needs {min_side}."
                return _left_out(candidate, "too-small", reason)
            told = describe(photo)
            tiny = photo.image.resize((TINY_SIDE, TINY_SIDE), Image.Resampling.BOX)
            phash = int(told.phash, 16)
            return Look(candidate, told.sha256, told.width, told.height, phash, tiny.tobytes())
    except Rejected as refusal:
        return _left_out(candidate, refusal.code, refusal.reason)
    except OSError as error:
        return _left_out(candidate, "unreadable", error.strerror or str(error))


def _bytes(path: Path) -> bytes:
    """The file, or of one that is too large a byte more than is taken."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise Rejected("unreadable", "This is not a regular file.")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _left_out(candidate: Candidate, code: str, reason: str) -> LeftOut:
    return LeftOut(candidate.name, candidate.label, code, reason)
