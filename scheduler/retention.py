"""Lets go of model versions that nobody will go back to, and of those that were never finished."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from pymongo.database import Database

from functions.learning.settings import LearningSettings
from functions.learning.versions import Versions, finished, is_manifest, versions_in
from functions.runtime.collections import Collections
from functions.runtime.database import Document
from functions.runtime.manifest import NEAREST, BrokenVersion
from functions.runtime.models import BUCKET, Models
from functions.runtime.storage import ObjectStat
from scheduler.publish import Bucket

NEAREST_KEPT: Final = 2

SETTLE: Final = timedelta(minutes=1)
"""classify may have read a pointer and not yet the files: none so young goes."""

_HALF_MADE: Final = timedelta(days=1)
"""A version whose manifest is still missing after this long will never be finished."""


class Retention:
    """Takes old versions of learned collections out of the bucket.

    Every method raises Outage when MinIO or Mongo can't be used.
    """

    def __init__(
        self, storage: Bucket, database: Database[Document], settle: timedelta = SETTLE
    ) -> None:
        self._storage = storage
        self._settle = settle
        self._collections = Collections.of(database)

    def tidy_all(self) -> int:
        """Tidy every collection; returns how many versions went."""
        return sum(len(self.tidy(found["_id"])) for found in self._collections.all())

    def tidy(self, collection: str) -> list[str]:
        """Take the versions of a collection away that it has no more use for; their names."""
        found = self._collections.get(collection)
        if found is None:
            return []
        try:
            pointer = Models(self._storage).pointer(collection)
            keep = LearningSettings.of(found).keep_versions
        except (BrokenVersion, ValueError):
            # Nobody knows which version is current, or how many should stay.
            return []
        named = {pointer.version, pointer.previous} if pointer else set()
        versions = versions_in(self._storage, collection)
        before = datetime.now(UTC) - self._settle
        gone = superfluous(versions, keep, {*named, found.get("pinned")}, before)
        for version in gone:
            self._remove(versions[version])
        return gone

    def _remove(self, objects: Sequence[ObjectStat]) -> None:
        # The manifest first: what is left of a version without it never counts as one.
        for stat in sorted(objects, key=lambda stat: not is_manifest(stat)):
            self._storage.remove(BUCKET, stat.key)


def superfluous(
    versions: Versions, keep: int, named: set[str | None], before: datetime
) -> list[str]:
    """The versions made before that time but for `keep` learned ones, 2 nearest ones, the `named`.

    Half-made ones go a day later.
    """
    made = finished(versions)
    nearest = [name for name in made if name.startswith(f"{NEAREST}-")]
    learned = [name for name in made if name not in nearest]
    old = [*learned[keep:], *nearest[NEAREST_KEPT:]]
    half_made = [name for name in versions if name not in made]
    return [
        *(name for name in old if name not in named and made[name] < before),
        *(name for name in half_made if _newest(versions[name]) < before - _HALF_MADE),
    ]


def _newest(objects: Sequence[ObjectStat]) -> datetime:
    return max(stat.modified for stat in objects)
