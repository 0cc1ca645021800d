"""Hundreds of photos at once: photos a second, lag, and whether anything was lost."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.by_hand import whole_way
from benchmarks.figures import Figure, at_least, at_most, percentile
from benchmarks.idle import QUEUE_ALONE, arrivals
from benchmarks.listener import listening
from benchmarks.machine import cores
from benchmarks.passages import Passage, not_done, passages, settled
from benchmarks.plain import plain_way
from benchmarks.scripts import from_disk, through_storage
from benchmarks.site import QUEUED, Clock, Site
from functions.augment.variants import NAMES
from functions.runtime.photo import photo_of_upload

_SECONDS_A_PHOTO = 1.0


def burst(site: Site, photos: Sequence[Path]) -> Iterator[Figure]:
    """Put all photos as fast as it goes and wait until nothing is left to do."""
    started = time.time()
    put = site.put_all("uploads", photos)
    settled(site, list(put), 30 + _SECONDS_A_PHOTO * len(photos))
    ways = passages(site, put)
    rate = len(photos) / (max(way.ended for way in ways) - started)
    of = f"burst of {len(photos)}"
    yield from _beside_scripts(f"{of} photos of 2 MP", site, photos, rate)
    yield Figure(f"{of}, lost", "photos", lost(site, put), goal=at_most(0))
    yield Figure(
        f"{of}, deliveries open or parked at the end", "rows", not_done(site), goal=at_most(0)
    )
    yield from _lags(of, ways, _queue_alone(site, photos))


def _beside_scripts(name: str, site: Site, photos: Sequence[Path], rate: float) -> Iterator[Figure]:
    least, least_of_disk = at_least(1.0, ratio=True), at_least(0.75, ratio=True)
    for way, script in (
        (whole_way, f"a script, {cores()} processes"),
        (plain_way, f"the same with plain Pillow, {cores()} processes"),
    ):
        by_storage = through_storage(site, photos, way)
        yield Figure(name, "photos/s", rate, script, by_storage, least)
        with TemporaryDirectory(prefix="colecionador-bench-", dir=photos[0].parent) as folder:
            by_disk = from_disk(site, photos, Path(folder), way)
        script = f"{script}, from disk to disk"
        yield Figure(name, "photos/s", rate, script, by_disk, least_of_disk)


def _lags(of: str, ways: Sequence[Passage], behind: list[float]) -> Iterator[Figure]:
    for name, lags in (
        ("written in the inbox", [(way.heard - way.put) * 1000 for way in ways]),
        ("the handler's start", [(way.started - way.put) * 1000 for way in ways]),
    ):
        for percent in (50, 99):
            yield Figure(
                f"lag from PUT to {name}, {of}, p{percent}",
                "ms",
                percentile(lags, percent),
                QUEUE_ALONE,
                percentile(behind, percent),
            )


def _queue_alone(site: Site, photos: Sequence[Path]) -> list[float]:
    with listening(site.stack.ports[QUEUED]) as arrived:
        return arrivals(arrived, site.put_all(QUEUED, photos))


def lost(site: Site, put: Clock) -> int:
    """Photos that miss their record, image, thumbnail, feature or one of ten variants."""
    return sum(not _is_whole(site, key) for key in put)


def _is_whole(site: Site, key: str) -> bool:
    photo = photo_of_upload(key)
    record = site.database["photos"].find_one({"_id": photo.id}) or {}
    feature = site.database["features"].find_one({"_id": photo.id}, {"etag": 1}) or {}
    folder = photo.image.removesuffix(".jpg") + "/"
    listed = site.storage.list_objects(bucket_name="variants", prefix=folder)
    there = {entry.object_name for entry in listed}
    return (
        record.get("state") == "ready"
        and record.get("category") is not None
        and feature.get("etag") == record["image_etag"]
        and _has(site, "images", photo.image)
        and _has(site, "thumbnails", photo.image)
        and there == {photo.variant(name) for name in NAMES}
    )


def _has(site: Site, bucket: str, key: str) -> bool:
    listed = site.storage.list_objects(bucket_name=bucket, prefix=key)
    return any(entry.object_name == key for entry in listed)
