"""The burst as plain scripts do it: as many processes as cores, no events, inbox or functions."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.by_hand import BY_HAND, OnDisk, Places, connected, whole_way
from benchmarks.idle import make_buckets
from benchmarks.machine import cores
from benchmarks.site import COLLECTION, Site
from functions.classify.model import Model
from infra.layout import Stack

_WARM_UP = 4

Way: TypeAlias = Callable[[Places, Model, str], None]
"""How a script does all the work for one photo."""

_own: dict[str, Any] = {}
"""What each process of the pool holds from its start to its end."""


def through_storage(site: Site, photos: Sequence[Path], way: Way = whole_way) -> float:
    """Photos a second from the first PUT, each worked on as soon as its PUT has ended."""
    make_buckets(site)
    with _pool(site) as pool:
        _warm(site, pool, photos)
        at_work: list[Future[None]] = []
        started = time.perf_counter()
        site.put_all(
            BY_HAND + "uploads",
            photos,
            lambda key: at_work.append(pool.submit(_by_storage, way, key)),
        )
        _finish(at_work)
        return len(photos) / (time.perf_counter() - started)


def from_disk(site: Site, photos: Sequence[Path], folder: Path, way: Way = whole_way) -> float:
    """Photos a second with files in place of MinIO and Mongo, the photos lying there already."""
    uploads = folder / "uploads" / COLLECTION
    uploads.mkdir(parents=True)
    for photo in photos:
        (uploads / photo.name).hardlink_to(photo)
    with _pool(site) as pool:
        _warm(site, pool, photos)
        started = time.perf_counter()
        _finish([pool.submit(_by_disk, way, f"{COLLECTION}/{p.name}", folder) for p in photos])
        return len(photos) / (time.perf_counter() - started)


def _pool(site: Site) -> ProcessPoolExecutor:
    # Forked processes would share sockets and locks with this one.
    return ProcessPoolExecutor(cores(), get_context("spawn"), _begin, (site.stack,))


def _begin(stack: Stack) -> None:
    _own["places"], _own["model"] = connected(stack)


def _warm(site: Site, pool: ProcessPoolExecutor, photos: Sequence[Path]) -> None:
    """Functions have worked before their burst; so have these processes."""
    keys = [site.put(BY_HAND + "uploads", photo)[0] for photo in photos[: _WARM_UP * cores()]]
    _finish([pool.submit(_by_storage, whole_way, key) for key in keys])


def _finish(at_work: Sequence[Future[None]]) -> None:
    for future in as_completed(at_work):
        future.result()


def _by_storage(way: Way, key: str) -> None:
    way(_own["places"], _own["model"], key)


def _by_disk(way: Way, key: str, folder: Path) -> None:
    way(OnDisk(folder), _own["model"], key)
