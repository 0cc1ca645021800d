"""Which side of learning a photo is on: by its id alone, unless it looks like an older photo."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from scheduler.learning.dataset import HELD_OUT, NO_SIDE, TRAIN, VALIDATION

BITS: Final = 4
COSINE: Final = 0.97

# So many photos are compared with so many others at once: some 40 MB, whatever the number of all.
_ROWS: Final = 512
_COLUMNS: Final = 4096


@dataclass(frozen=True)
class Looks:
    """What tells near-duplicates, of n photos.

    `ids` and `sha256` (hex) are texts, `phashes` (n) uint64 difference hashes, `features`
    (n, 1280) float16 or float32; rows of zeros are like no photo but one of the same sha256.
    """

    ids: Sequence[str]
    sha256: Sequence[str]
    phashes: NDArray[np.uint64]
    features: NDArray[np.floating]


@dataclass(frozen=True)
class Place:
    """The side of a photo, and the id of the oldest photo that looks like it (or its own)."""

    side: str
    like: str


def side_of(photo: str) -> str:
    """The side of a photo that looks like no other: 70 % train, 20 % validation, 10 % held out."""
    drawn = int.from_bytes(hashlib.sha256(photo.encode()).digest()[:8], "big") / 2**64
    if drawn < 0.7:
        return TRAIN
    return VALIDATION if drawn < 0.9 else HELD_OUT


def placed(looks: Looks, sides: Sequence[str | None]) -> dict[str, Place]:
    """The places of those photos whose side is None, by id; given sides are never changed.

    A new photo gets the side of those it looks like: all that have one, and the older of the new
    ones. Where they are on different sides it belongs to none.
    """
    # Photos with a side come first, then the new ones, the oldest id first.
    order = sorted(range(len(sides)), key=lambda row: (sides[row] is None, looks.ids[row]))
    decided = [side for side in (sides[row] for row in order) if side is not None]
    ordered = _ordered(looks, order)
    found: dict[str, Place] = {}
    for row, near in _older(ordered, known=len(decided)):
        photo = ordered.ids[row]
        beside = {decided[other] for other in near}
        side = NO_SIDE if len(beside) > 1 else next(iter(beside), side_of(photo))
        like = min((ordered.ids[other] for other in near), default=photo)
        decided.append(side)
        found[photo] = Place(side, like)
    return found


def groups(photos: Sequence[str], like: Sequence[str]) -> NDArray[np.intp]:
    """A number (n) for each photo; photos that `like` joins, at once or by others, share it."""
    names, numbers = np.unique(np.array([*photos, *like], dtype=np.str_), return_inverse=True)
    from_photo, to_photo = numbers[: len(photos)], numbers[len(photos) :]
    ones = np.ones(len(photos), np.int8)
    graph = coo_array((ones, (from_photo, to_photo)), shape=(len(names), len(names)))
    _, found = connected_components(graph, directed=False)
    return np.asarray(found, np.intp)[from_photo]


def _ordered(looks: Looks, order: Sequence[int]) -> Looks:
    return Looks(
        ids=[looks.ids[row] for row in order],
        sha256=[looks.sha256[row] for row in order],
        phashes=looks.phashes[order],
        features=looks.features[order],
    )


def _older(looks: Looks, known: int) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Each row from `known` on, with the rows before it that look like it."""
    _, contents = np.unique(np.array(looks.sha256, dtype=np.str_), return_inverse=True)
    for begin in range(known, len(contents), _ROWS):
        end = min(begin + _ROWS, len(contents))
        near = np.zeros((end - begin, end), np.bool_)
        for first in range(0, end, _COLUMNS):
            last = min(first + _COLUMNS, end)
            part = _alike(looks, slice(begin, end), slice(first, last))
            near[:, first:last] = part | (contents[begin:end, None] == contents[first:last])
        for row in range(begin, end):
            yield row, np.flatnonzero(near[row - begin, :row])


def _alike(looks: Looks, rows: slice, columns: slice) -> NDArray[np.bool_]:
    """Which of these rows and columns look alike: (rows, columns)."""
    apart = np.bitwise_count(looks.phashes[rows, None] ^ looks.phashes[None, columns])
    alike = apart <= BITS
    # Features are compared only where the cheap hashes agree, mostly next to nowhere.
    some, others = np.flatnonzero(alike.any(axis=1)), np.flatnonzero(alike.any(axis=0))
    if len(some):
        left = _unit(looks.features[rows][some])
        cosines = left @ _unit(looks.features[columns][others]).T
        alike[np.ix_(some, others)] &= cosines >= COSINE
    return np.asarray(alike, np.bool_)


def _unit(features: NDArray[np.floating]) -> NDArray[np.float32]:
    wide = features.astype(np.float32)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    return np.asarray(wide / np.where(lengths == 0, 1, lengths), np.float32)
