"""Counts a collection's photos by state and label, and keeps the counts while they are dear."""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from pymongo.collection import Collection
from pymongo.database import Database

from functions.runtime.database import Document, outages
from functions.runtime.labels import WITHOUT_PHOTO
from functions.runtime.photo_state import ARRIVED

_SMALL: Final = 2_000
"""Photos."""

_KEPT_TIMES: Final = 20.0
_LONGEST_KEPT: Final = 10.0
"""Seconds."""


@dataclass(frozen=True)
class Counted:
    """Photos of a collection by state, and the labelled ones by label."""

    states: Mapping[str, int]
    labels: Mapping[str, int]

    @property
    def total(self) -> int:
        """All photos that have come."""
        return sum(self.states.values())


class Census:
    """Counts photos; every method raises Outage when Mongo can't be used.

    The embedded server reads every photo to count them: 10 ms for each 1,000. Those of a small
    collection are always fresh. Those of a large one are kept for twenty times as long as they
    took: for 10,000 photos 2 s, so that they never take more than a twentieth of a core.
    """

    def __init__(self, photos: Collection[Document]) -> None:
        self._photos = photos
        self._kept: dict[str, tuple[float, Counted]] = {}
        self._lock = threading.Lock()

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The census of this database."""
        return cls(database["photos"])

    def of_collection(self, collection: str) -> Counted:
        """The collection's counts."""
        with self._lock:
            until, known = self._kept.get(collection, (0.0, None))
        begin = time.monotonic()
        if known is not None and begin < until:
            return known
        counted = self._count(collection)
        if counted.total <= _SMALL:
            return counted
        now = time.monotonic()
        kept = min(_LONGEST_KEPT, (now - begin) * _KEPT_TIMES)
        with self._lock:
            self._kept = {name: one for name, one in self._kept.items() if one[0] > now}
            self._kept[collection] = (now + kept, counted)
        return counted

    def _count(self, collection: str) -> Counted:
        by = {"state": "$state", "label": "$label"}
        with outages():
            groups = list(
                self._photos.aggregate(
                    [
                        {"$match": {"collection": collection}},
                        {"$group": {"_id": by, "photos": {"$sum": 1}}},
                    ]
                )
            )
        states: Counter[str] = Counter(dict.fromkeys(ARRIVED, 0))
        labels: Counter[str] = Counter()
        for group in groups:
            state, label = group["_id"]["state"], group["_id"].get("label")
            if state in ARRIVED:
                states[state] += group["photos"]
            if label is not None and state not in WITHOUT_PHOTO:
                labels[label] += group["photos"]
        return Counted(states, labels)
