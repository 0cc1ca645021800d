"""The buckets as reconcile reads them: listings side by side, joined to one photo after another.

Every listing comes in the order of its keys, and those begin with collection and photo id: so all
of them are merged like sorted files, and only one photo is in memory at a time. That also reads a
photo's objects within seconds of each other. Uploads under keys that people chose stand in another
order than their photos' ids; they are few, so they are listed first and sorted.
"""

import heapq
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Final, TypeAlias

from functions.runtime import log
from functions.runtime.faults import Rejected
from functions.runtime.photo import (
    PhotoRef,
    photo_of_image,
    photo_of_upload,
    photo_of_variant,
)
from functions.runtime.storage import ObjectStat, Storage
from scheduler.reconcile_photo import Photo

_PHOTO_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Located: TypeAlias = tuple[PhotoRef, ObjectStat]


def photos_in(storage: Storage) -> Iterator[Photo]:
    """Every photo that has an object in any bucket, without record and features, in key order."""
    return joined(
        _own(located(storage.list("uploads"), photo_of_upload)),
        _foreign(located(storage.list("uploads"), photo_of_upload)),
        located(storage.list("images", metadata=True), photo_of_image),
        located(storage.list("thumbnails", metadata=True), photo_of_image),
        located(storage.list("variants", metadata=True), _photo_of_variant),
    )


def uploads_between(
    storage: Storage, collection: str, begin: datetime, end: datetime
) -> Iterator[Photo]:
    """The uploads whose ids were handed out in this time; no others are read."""
    first, last = (f"{collection}/{_ids_from(at)}" for at in (begin, end))
    for stat in storage.list("uploads", prefix=f"{collection}/", after=first):
        if stat.key > last:
            return
        yield Photo(photo_of_upload(stat.key), upload=stat)


def located(stats: Iterable[ObjectStat], photo_of: Callable[[str], PhotoRef]) -> Iterator[Located]:
    """The objects with their photos; one that can't be any photo's is said and left out."""
    for stat in stats:
        try:
            ref = photo_of(stat.key)
        except Rejected as refusal:
            log.said("an object of no photo", bucket=stat.bucket, reason=str(refusal))
            continue
        if _PHOTO_ID.fullmatch(ref.id):
            yield ref, stat
        else:
            log.said("an object of no photo", bucket=stat.bucket, key=stat.key)


def joined(*sources: Iterable[Located]) -> Iterator[Photo]:
    """One photo for all objects of the same place; each source is in the order of places."""
    for _, found in groupby(heapq.merge(*sources, key=_place), key=_place):
        yield _photo(list(found))


def _photo(found: list[Located]) -> Photo:
    one = {stat.bucket: stat for _, stat in found}
    variants = {
        photo_of_variant(stat.key)[1]: stat.metadata.get("source-etag", "")
        for _, stat in found
        if stat.bucket == "variants"
    }
    upload, image, thumbnail = (one.get(name) for name in ("uploads", "images", "thumbnails"))
    return Photo(found[0][0], upload, image, thumbnail, variants)


def _place(found: Located) -> str:
    # With its ending, because "/" sorts behind "-": c-2/... stands before c/... in a bucket.
    return found[0].image


def _own(found: Iterable[Located]) -> Iterator[Located]:
    return (one for one in found if _is_own(one))


def _foreign(found: Iterable[Located]) -> Iterator[Located]:
    yield from sorted((one for one in found if not _is_own(one)), key=_place)


def _is_own(found: Located) -> bool:
    ref, stat = found
    return stat.key == f"{ref.collection}/{ref.id}"


def _photo_of_variant(key: str) -> PhotoRef:
    return photo_of_variant(key)[0]


def _ids_from(at: datetime) -> str:
    """What the ids of this millisecond begin with; RFC 9562 section 5.7."""
    milliseconds = f"{int(at.timestamp() * 1000):012x}"
    return f"{milliseconds[:8]}-{milliseconds[8:]}"
