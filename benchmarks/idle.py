"""One photo at a time: lag to the handler's start, and time to the category, with baselines."""

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.by_hand import BY_HAND, connected, receive_and_name
from benchmarks.figures import Figure, at_most, percentile
from benchmarks.listener import listening
from benchmarks.passages import passages, settled
from benchmarks.site import QUEUED, Clock, Site
from infra.waiting import wait_until

_REST_SECONDS: Final = 0.1
_WARM_UP: Final = 5
QUEUE_SECONDS: Final = 120.0
QUEUE_ALONE: Final = "a queue_dir target alone"


def idle(site: Site, photos: Sequence[Path]) -> Iterator[Figure]:
    """Put photos one by one, each after the last one is done; the functions run."""
    put: dict[str, float] = {}
    queued: dict[str, float] = {}
    with listening(site.stack.ports[QUEUED]) as arrived:
        for photo in photos:
            key, ended = site.put("uploads", photo)
            put[key] = ended
            settled(site, [key], 30)
            # Also waits, so that the moments at which PUTs end have no rhythm.
            time.sleep(random.uniform(0, 2 * _REST_SECONDS))
            key, queued[key] = site.put(QUEUED, photo)
        behind = arrivals(arrived, queued)
    # The first ones open connections and warm the code up.
    ways = passages(site, put)[_WARM_UP:]
    starts = [(way.started - way.put) * 1000 for way in ways]
    for percent, bound in ((50, 50.0), (99, 250.0)):
        yield Figure(
            f"lag from PUT to the handler's start, idle, p{percent}",
            "ms",
            percentile(starts, percent),
            QUEUE_ALONE,
            percentile(behind, percent),
            at_most(bound),
        )
    named = median((way.named - way.put) * 1000 for way in ways)
    yield Figure(
        "PUT to category stored, idle, p50",
        "ms",
        named,
        "the same work in one process",
        _by_hand(site, photos),
        at_most(1.2, ratio=True),
    )


def arrivals(arrived: Clock, put: Clock) -> list[float]:
    """Milliseconds from each PUT's end to its event's arrival, once all have come."""
    wait_until(lambda: put.keys() <= arrived.keys(), QUEUE_SECONDS, "the queued target lost events")
    return [(arrived[key] - ended) * 1000 for key, ended in put.items()]


def _by_hand(site: Site, photos: Sequence[Path]) -> float:
    """Median milliseconds of the same work in this process."""
    make_buckets(site)
    places, model = connected(site.stack)
    taken = []
    for photo in photos:
        key, _ = site.put(BY_HAND + "uploads", photo)
        time.sleep(random.uniform(0, 2 * _REST_SECONDS))
        started = time.perf_counter()
        receive_and_name(places, model, key)
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken[_WARM_UP:])


def make_buckets(site: Site) -> None:
    """The script's buckets, without notifications."""
    for bucket in ("uploads", "images", "thumbnails", "variants"):
        if not site.storage.bucket_exists(bucket_name=BY_HAND + bucket):
            site.storage.make_bucket(bucket_name=BY_HAND + bucket)
