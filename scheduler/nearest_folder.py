"""Makes a `nearest` version of labelled photos: their fingerprints, and how alike is alike enough.

Pure: nothing here reads or writes outside memory.
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.classify.fingerprint import Projection
from functions.classify.nearest import chance, confidences
from functions.runtime.manifest import NEAREST
from scheduler.backbone import version as backbone
from scheduler.batches import batches
from scheduler.general.fingerprint import FINGERPRINT
from scheduler.version_folder import Folder

ALONE: Final = round(chance(0.55), 4)
"""The threshold while too little is labelled to choose one: a single photo with a cosine of .55.

Measured on real photos: docs/decisions/0022-nearest.md."""

LOWEST: Final = 0.5
"""No lower threshold is chosen: two classes are easily told apart, and what is neither of them
has to stay unknown all the same."""

_SAME: Final = 0.97
_JUDGED: Final = 1000
_FEWEST: Final = 10
_AT_ONCE: Final = 200


@dataclass(frozen=True)
class Labelled:
    """Labelled photos: `labels` and `etags` (of the images) by photo."""

    labels: Mapping[str, str]
    etags: Mapping[str, str]

    def digest(self) -> str:
        """Eight hex digits that change with any photo, its bytes or its label."""
        lines = [f"{p}\t{self.etags[p]}\t{label}" for p, label in sorted(self.labels.items())]
        told = "\n".join([backbone.VERSION, str(ALONE), *lines])
        return hashlib.sha256(told.encode()).hexdigest()[:8]


def nearest_folder(
    collection: str,
    labelled: Labelled,
    features: Mapping[str, NDArray[np.float16]],
    precision: float,
    now: datetime,
) -> Folder:
    """The version that answers with the labelled photos that have 1280 `features`, at least one.

    `precision` (0 to 1) is the share of said categories that should be right.
    """
    known = {photo: labelled.labels[photo] for photo in sorted(features)}
    classes = sorted(set(known.values()))
    labels = np.array([classes.index(label) for label in known.values()], np.intp)
    projection = FINGERPRINT.read_bytes()
    vectors = _fingerprints([features[photo] for photo in known], Projection.read(projection))
    data = {"digest": labelled.digest(), "photos": known, "variants": []}
    return Folder(
        collection=collection,
        version=f"{NEAREST}-{now:%Y%m%d-%H%M%S}-{labelled.digest()}",
        kind=NEAREST,
        files={
            "vectors.npz": _npz(vectors=vectors.astype(np.float16), labels=labels.astype(np.int32)),
            "fingerprint.npz": projection,
            "labels.json": json.dumps(classes, ensure_ascii=False).encode(),
            "data.json": json.dumps(data, ensure_ascii=False).encode(),
        },
        about={"recipe": NEAREST},
        backbone=backbone.VERSION,
        threshold=threshold_of(vectors, labels, len(classes), precision),
    )


def threshold_of(
    vectors: NDArray[np.float32], labels: NDArray[np.intp], classes: int, precision: float
) -> float:
    """The lowest threshold at which so many of the said categories are right (0.5 to 1).

    Each photo is judged by the others, copies of it aside, and at most 1,000 photos are. With one
    class, with too few photos, or when no threshold is good enough, it is `ALONE`.
    """
    if classes < 2 or len(labels) < _FEWEST:
        return ALONE
    judged = np.unique(np.linspace(0, len(labels) - 1, _JUDGED).astype(np.intp))
    said = np.stack(
        [
            _by_the_others(cosines, labels, classes, row)
            # Many at once: a thousand products of their own would take many times as long.
            for some in batches(judged, _AT_ONCE)
            for cosines, row in zip(vectors[some] @ vectors.T, some, strict=True)
        ]
    )
    order = np.argsort(-said.max(axis=1), kind="stable")
    right = (said.argmax(axis=1) == labels[judged])[order]
    shares = np.cumsum(right) / np.arange(1, len(right) + 1)
    good = np.flatnonzero(shares[_FEWEST - 1 :] >= precision)
    if not len(good):
        return ALONE
    last = good[-1] + _FEWEST - 1
    lowest = max(float(said.max(axis=1)[order][last]), LOWEST)
    # Where nothing was wrong, nobody knows how far down that would go on.
    return round(min(lowest, ALONE if last == len(right) - 1 else 1.0), 4)


def _fingerprints(
    features: Sequence[NDArray[np.float16]], projection: Projection
) -> NDArray[np.float32]:
    """(n, 256), without a wide copy of all features."""
    rows = (np.stack(some).astype(np.float32) for some in batches(features, _AT_ONCE))
    return np.concatenate([projection.of(some) for some in rows])


def _by_the_others(
    cosines: NDArray[np.float32], labels: NDArray[np.intp], classes: int, row: int
) -> NDArray[np.float32]:
    others = cosines < _SAME
    others[row] = False
    if not others.any():
        return np.zeros(classes, np.float32)
    return confidences(cosines[others], labels[others], classes)


def _npz(**arrays: NDArray[np.generic]) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()
