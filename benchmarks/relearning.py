"""A retrain after 100 new labels at 10,000 photos, against the original project's way to retrain.

The features of 9,900 photos and of their variants are made up, ten clusters of ten classes; the
100 new photos have real variants in storage, and everything else is the product's whole way.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import numpy as np

from benchmarks.figures import Figure, at_most
from benchmarks.made_up import COLLECTION, clusters, store
from benchmarks.seeds_way import EPOCHS, seconds
from benchmarks.site import Site
from benchmarks.swaps import WARDROBE
from benchmarks.trained import trained
from colecionador.files import files_in
from functions.augment.variants import NAMES, variants
from functions.runtime.database import Document
from functions.runtime.models import Models
from functions.runtime.storage import Storage
from infra.waiting import wait_until

PHOTOS: Final = 10_000
NEW: Final = 100
SEED_SIZES: Final = (110, 220, 440)
"""Pictures that the original way is measured with; it is a straight line through them."""

_PATIENCE_SECONDS: Final = 1800.0


def relearning(site: Site) -> Iterator[Figure]:
    """Train twice, the second time with the new labels; functions and scheduler run."""
    site.database["collections"].insert_one(
        {"_id": COLLECTION, "owner": "bench", "recognizer": "whole", "classifier": "transfer"}
    )
    middles = clusters()
    store(site, middles, PHOTOS - NEW, with_variants=True)
    _trained(site)
    store(site, middles, NEW, with_variants=False)
    training = _trained(site)
    took = (training["finished_at"] - training["started_at"]).total_seconds()
    # First: the swap was a moment ago, and the other takes minutes.
    rescored = list(_rescored(site, str(training["version"])))
    yield from _against_the_seed(took)
    yield from rescored


def _against_the_seed(took: float) -> Iterator[Figure]:
    pictures = [jpeg for path in files_in([WARDROBE]) for _, jpeg in variants(path.read_bytes())]
    pictures = (pictures * 2)[: max(SEED_SIZES)]
    measured = [seconds(pictures[:size]) for size in SEED_SIZES]
    for size, each in zip(SEED_SIZES, measured, strict=True):
        yield Figure(f"the seed's way, {size} pictures, {EPOCHS} epochs", "s", each)
    slope, start = np.polyfit(SEED_SIZES, measured, 1)
    whole = float(start + slope * PHOTOS * (1 + len(NAMES)))
    yield Figure(
        f"retrain after {NEW} new labels at {PHOTOS:,} photos with {len(NAMES)} variants",
        "s",
        took,
        "the seed's way, along that line",
        whole,
        at_most(1 / 20, ratio=True),
    )


def _rescored(site: Site, version: str) -> Iterator[Figure]:
    """How long after the swap the last photo named the new version."""
    pointer = Models(Storage(site.storage)).pointer(COLLECTION)
    if pointer is None or pointer.version != version:
        raise RuntimeError(f"{version} did not become current")
    (line,) = site.database["model_log"].find({"collection": COLLECTION, "version": version})
    photos = site.database["photos"]
    rest = {"collection": COLLECTION, "model": {"$ne": version}}
    wait_until(lambda: photos.find_one(rest) is None, 600, "old photos keep the old version")
    took = (datetime.now(UTC) - line["at"]).total_seconds()
    yield Figure(f"after a swap, {PHOTOS:,} photos scored again", "s", took, goal=at_most(60))
    yield Figure("scoring again", "photos/s", PHOTOS / took)


def _trained(site: Site) -> Document:
    training = trained(site, COLLECTION, _PATIENCE_SECONDS)
    if training["state"] != "published":
        raise RuntimeError(f"the training ended as {training['state']}: {training['reason']}")
    return training
