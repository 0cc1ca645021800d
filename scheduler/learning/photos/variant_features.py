"""Features of variants: computed once on all cores, and again only when the image changes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray
from pymongo.database import Database

from functions.augment.variants import NAMES
from functions.classify.backbone import FEATURES, Backbone
from functions.runtime.database import Document
from functions.runtime.models import BACKBONE, Models
from functions.runtime.storage import Storage
from scheduler.learning.dataset import Dataset, Rows
from scheduler.learning.photos.stored_pictures import StoredPictures
from scheduler.learning.photos.variant_cache import VariantCache
from scheduler.learning.recipe import Progress, Watch

PHASE = "features"


def with_variants(
    dataset: Dataset,
    rows: Rows,
    database: Database[Document],
    storage: Storage,
    watch: Watch,
    threads: int,
) -> Dataset:
    """The data set with the features of these photos' variants; all other photos' are NaN.

    NaN too where a photo lacks a readable variant of its present image, as augment is still at
    work: it is learned from its image alone. Features are kept as soon as they are computed, so
    that the next run goes on where this one ended. Raises Outage, BrokenVersion when the backbone
    in the bucket is damaged, and what `watch` raises, between two photos.
    """
    features = np.full((len(dataset), len(NAMES), FEATURES), np.nan, np.float16)
    cache = VariantCache(database["variant_features"], NAMES)
    missing = cache.read(dataset, rows, into=features)
    if missing:
        compute = _computer(dataset, cache, storage, features, threads)
        _on_threads(compute, missing, watch, threads)
    watch(Progress(PHASE, 1.0))
    return replace(dataset, variants=NAMES, variant_features=features)


def _computer(
    dataset: Dataset,
    cache: VariantCache,
    storage: Storage,
    into: NDArray[np.float16],
    threads: int,
) -> Callable[[int], None]:
    """Computes and keeps one photo's features; as many threads may call it at once."""
    model = Models(storage).version(BACKBONE, dataset.backbone).files["backbone.tflite"]
    spare: SimpleQueue[Backbone] = SimpleQueue()
    for _ in range(threads):
        spare.put(Backbone(dataset.backbone, model))
    pictures = StoredPictures(storage, dataset.collection)

    def compute(row: int) -> None:
        backbone = spare.get()
        try:
            found = _features(dataset, row, pictures, backbone)
        finally:
            spare.put(backbone)
        if found is not None:
            cache.save(dataset, row, found)
            into[row] = found

    return compute


def _on_threads(
    compute: Callable[[int], None], rows: list[int], watch: Watch, threads: int
) -> None:
    """Threads and not processes: LiteRT and Pillow let go of the interpreter while they work.

    Two threads with a backbone each do 1.8 times as much as one (112 against 63 images a second
    on two cores), and share the model's memory with the training.
    """
    pool = ThreadPoolExecutor(threads)
    try:
        for done, computed in enumerate(as_completed([pool.submit(compute, row) for row in rows])):
            computed.result()
            watch(Progress(PHASE, (done + 1) / len(rows)))
    finally:
        pool.shutdown(cancel_futures=True)


def _features(
    dataset: Dataset, row: int, pictures: StoredPictures, backbone: Backbone
) -> NDArray[np.float16] | None:
    found = []
    for name in NAMES:
        variant = pictures.variant_of(dataset.photos[row], name, dataset.etags[row])
        if variant is None:
            return None
        try:
            found.append(backbone.features(variant))
        except OSError:  # not a whole picture
            return None
    return np.stack(found).astype(np.float16)
