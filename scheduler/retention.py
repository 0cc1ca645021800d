"""Lets go of model versions that nobody will go back to, and of those that were never finished."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from pymongo.database import Database

from functions.learning.settings import LearningSettings
from functions.runtime.collections import Collections
from functions.runtime.database import Document
from functions.runtime.manifest import MANIFEST, NEAREST, BrokenVersion
from functions.runtime.models import BUCKET, Models
from functions.runtime.storage import ObjectStat
from scheduler.publish import Bucket

NEAREST_KEPT: Final = 2

# <recipe>-<date>-<time>-<digest>; other folders of a collection are not versions.
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+-[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")

SETTLE: Final = timedelta(minutes=1)
"""classify may have read a pointer and not yet the files: none so young goes."""

_HALF_MADE: Final = timedelta(days=1)
"""A version whose manifest is still missing after this long will never be finished."""

Versions = Mapping[str, Sequence[ObjectStat]]
"""The objects of each version by its name."""


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
        for stat in sorted(objects, key=lambda stat: not _is_manifest(stat)):
            self._storage.remove(BUCKET, stat.key)


def versions_in(storage: Bucket, collection: str) -> Versions:
    """The versions of a collection, half-made ones too; raises Outage."""
    versions: dict[str, list[ObjectStat]] = defaultdict(list)
    for stat in storage.list(BUCKET, f"{collection}/"):
        version, slash, _ = stat.key.removeprefix(f"{collection}/").partition("/")
        if slash and _NAME.fullmatch(version):
            versions[version].append(stat)
    return versions


def finished(versions: Versions) -> Mapping[str, datetime]:
    """When each was finished, newest first; half-made ones are not among them."""
    made = [
        (stat.modified, name)
        for name, objects in versions.items()
        for stat in objects
        if _is_manifest(stat)
    ]
    return {name: at for at, name in sorted(made, reverse=True)}


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


def _is_manifest(stat: ObjectStat) -> bool:
    return stat.key.rpartition("/")[2] == MANIFEST
