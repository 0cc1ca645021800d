"""What people have labelled lately, and all that they have labelled, as Mongo tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pymongo import DESCENDING
from pymongo.database import Database

from functions.runtime.database import LONG_AGO, Document, outages
from scheduler.backbone import version as backbone
from scheduler.batches import batches
from scheduler.nearest_folder import Labelled

MOST_PHOTOS: Final = 20_000
"""Of more labelled photos the ones labelled last are taken: they fill 20 MB in each process."""

_OVERLAP: Final = timedelta(seconds=5)
_DAY: Final = timedelta(days=1)
_FRESH: Final = timedelta(minutes=1)
_BATCH: Final = 500


class LabelChanges:
    """Tells which collections have had a label changed since it was asked last.

    A change may become visible a little after a later one, so the last seconds are looked at
    again and what was seen there before is left out.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._photos = database["photos"]
        self._since = datetime.now(UTC) - _FRESH
        self._seen: frozenset[tuple[str, datetime]] = frozenset()

    def collections(self) -> set[str]:
        """Raises Outage when Mongo can't be used."""
        rule = {"labelled_at": {"$gte": self._since - _OVERLAP, "$lte": datetime.now(UTC) + _DAY}}
        with outages():
            found = list(self._photos.find(rule, {"collection": 1, "labelled_at": 1}))
        now = {(row["_id"], row["labelled_at"]): row["collection"] for row in found}
        changed = {collection for key, collection in now.items() if key not in self._seen}
        self._seen = frozenset(now)
        self._since = max((at for _, at in now), default=self._since)
        return changed


@dataclass(frozen=True)
class Reading:
    """The labelled photos that have features; `waits` while others may get theirs any moment."""

    labelled: Labelled
    waits: bool


def read_labelled(database: Database[Document], collection: str) -> Reading:
    """The labelled photos of a collection whose features are of their present image.

    Raises Outage.
    """
    now = datetime.now(UTC)
    rule = {"collection": collection, "labelled_at": {"$gte": LONG_AGO, "$lte": now + _DAY}}
    fields = {"label": 1, "image_etag": 1, "labelled_at": 1, "state": 1}
    with outages():
        found = database["photos"].find(rule, fields).sort("labelled_at", DESCENDING)
        records = [row for row in found.limit(MOST_PHOTOS) if row["label"] is not None]
    etags = {row["_id"]: row.get("image_etag") for row in records}
    there = _with_features(database, etags)
    waits = any(row["labelled_at"] > now - _FRESH for row in records if row["_id"] not in there)
    labels = {row["_id"]: row["label"] for row in records if row["_id"] in there}
    return Reading(Labelled(labels, there), waits)


def _with_features(database: Database[Document], etags: Mapping[str, str | None]) -> dict[str, str]:
    there = {}
    with outages():
        for some in batches(etags, _BATCH):
            rule = {"_id": {"$in": some}}
            for row in database["features"].find(rule, {"etag": 1, "backbone": 1}):
                if (row["etag"], row["backbone"]) == (etags[row["_id"]], backbone.VERSION):
                    there[row["_id"]] = row["etag"]
    return there
