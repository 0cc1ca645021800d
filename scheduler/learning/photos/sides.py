"""The sides of photos in their records: given once to those without one, and never changed."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import numpy as np
from pymongo.collection import Collection

from functions.runtime.database import Document, outages
from scheduler.batches import batches
from scheduler.learning.photos.split import Looks, Place, placed
from scheduler.learning.photos.stored_features import FEATURES, Feature

_BATCH: Final = 500
_ITSELF: Final = "$_id"


def places(
    photos: Collection[Document],
    records: Mapping[str, Document],
    features: Mapping[str, Feature],
) -> dict[str, Place]:
    """Where each photo of `records` belongs, by id; a new one needs features, or it has no place.

    `records` has also those that had a label once: new photos are compared with all of them.
    Raises Outage.
    """
    known = {
        photo: Place(record["side"], record["like"])
        for photo, record in records.items()
        if record.get("side")
    }
    if features.keys() <= known.keys():
        return known
    compared = {
        photo: record for photo, record in records.items() if photo in known or photo in features
    }
    sides = [record.get("side") for record in compared.values()]
    return known | _stored(photos, placed(_looks(compared, features), sides))


def _looks(records: Mapping[str, Document], features: Mapping[str, Feature]) -> Looks:
    unseen = np.zeros(FEATURES, np.float16)
    phashes = [int(record.get("phash") or "0", 16) for record in records.values()]
    return Looks(
        ids=list(records),
        sha256=[str(record.get("sha256") or photo) for photo, record in records.items()],
        phashes=np.array(phashes, np.uint64),
        features=np.stack([features.get(photo, unseen) for photo in records]),
    )


def _stored(photos: Collection[Document], new: Mapping[str, Place]) -> dict[str, Place]:
    """What stands in the records once these places are stored where there was none.

    A side that somebody else stored meanwhile stays, and a photo that went is not told.
    """
    together: dict[Place, list[str]] = defaultdict(list)
    for photo, place in new.items():
        together[Place(place.side, _ITSELF) if place.like == photo else place].append(photo)
    with outages():
        for place, members in together.items():
            for some in batches(members, _BATCH):
                _store_once(photos, some, place)
        return {
            record["_id"]: Place(record["side"], record["like"])
            for some in batches(new, _BATCH)
            for record in photos.find(
                {"_id": {"$in": some}, "side": {"$ne": None}}, {"side": 1, "like": 1}
            )
        }


def _store_once(photos: Collection[Document], ids: list[str], place: Place) -> None:
    # One update for many rows: SecantusDB syncs each row of a bulk by itself, 50 times slower.
    # A tombstone stays what it is; None stands where bytes were replaced, as if it were absent.
    rule = {"_id": {"$in": ids}, "side": None, "removed_at": {"$exists": False}}
    photos.update_many(rule, [{"$set": {"side": place.side, "like": place.like}}])
