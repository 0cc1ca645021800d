"""Labelled photos that were never taken: records and features for measuring at a large scale."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from bson import Binary
from numpy.typing import NDArray
from uuid6 import uuid7

from benchmarks.site import Site
from benchmarks.swaps import WARDROBE
from colecionador.files import files_in
from functions.augment.variants import NAMES, variants
from functions.classify.backbone import FEATURES
from functions.runtime.photo import PhotoRef
from functions.runtime.storage import Storage
from scheduler.backbone.version import VERSION
from scheduler.learning.photos.split import side_of

COLLECTION: Final = "large"
CLASSES: Final = 10
_BATCH: Final = 500

Numbers = NDArray[Any]


def clusters() -> Numbers:
    """The middles of the classes: (10, 1280)."""
    return np.random.default_rng(0).gamma(0.6, 1.0, (CLASSES, FEATURES))


def store(site: Site, clusters: Numbers, count: int, with_variants: bool) -> None:
    """Put labelled photos into Mongo as if the functions had made them, each near its cluster.

    Those `with_variants` have features of ten variants, the others real variants in storage.
    """
    chance = np.random.default_rng(count)
    jpegs = [] if with_variants else [path.read_bytes() for path in files_in([WARDROBE])]
    for begin in range(0, count, _BATCH):
        ids = [str(uuid7()) for _ in range(min(_BATCH, count - begin))]
        labels = chance.integers(0, CLASSES, len(ids))
        site.database["photos"].insert_many(_records(ids, labels, chance))
        site.database["features"].insert_many(
            {**_made_of(photo), "token": 1, "model": "none", **_numbers(feature=one[0])}
            for photo, one in zip(ids, _alike(clusters, labels, 1, chance), strict=True)
        )
        if with_variants:
            site.database["variant_features"].insert_many(
                {**_made_of(photo), "variants": list(NAMES), **_numbers(features=some)}
                for photo, some in zip(
                    ids, _alike(clusters, labels, len(NAMES), chance), strict=True
                )
            )
        else:
            _put_variants(site, ids, jpegs)


def _alike(clusters: Numbers, labels: Numbers, count: int, chance: np.random.Generator) -> Numbers:
    shape = (len(labels), count, FEATURES)
    found: Numbers = clusters[labels][:, None] * chance.gamma(1.0, 1.0, shape)
    return found


def _records(ids: Sequence[str], labels: Numbers, chance: np.random.Generator) -> list[Any]:
    now = datetime.now(UTC)
    return [
        {
            "_id": photo,
            "collection": COLLECTION,
            "key": f"{COLLECTION}/{photo}",
            "state": "ready",
            "uploaded_at": now,
            "label": f"class {label}",
            "labelled_at": now,
            "side": side_of(photo),
            "like": photo,
            "sha256": chance.bytes(32).hex(),
            "phash": chance.bytes(8).hex(),
            "image_etag": f"etag-{photo}",
            "width": 512,
            "height": 512,
            "category": "unknown",
            "model": "none",
            "findings": [{"id": "whole", "box": [0, 0, 512, 512]}],
        }
        for photo, label in zip(ids, labels, strict=True)
    ]


def _made_of(photo: str) -> dict[str, Any]:
    return {
        "_id": photo,
        "collection": COLLECTION,
        "etag": f"etag-{photo}",
        "backbone": VERSION,
    }


def _numbers(**arrays: Numbers) -> dict[str, Binary]:
    return {name: Binary(array.astype(np.float16).tobytes()) for name, array in arrays.items()}


def _put_variants(site: Site, ids: Sequence[str], jpegs: Sequence[bytes]) -> None:
    storage = Storage(site.storage)
    for number, photo in enumerate(ids):
        place = PhotoRef(COLLECTION, photo)
        for name, jpeg in variants(jpegs[number % len(jpegs)]):
            storage.write(
                "variants", place.variant(name), jpeg, "image/jpeg",
                {"source-etag": f"etag-{photo}"},
            )  # fmt: skip
