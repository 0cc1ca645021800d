"""The Mongo collection `variant_features`: what the backbone made of variants, by photo."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import numpy as np
from bson import Binary
from numpy.typing import NDArray
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.runtime.database import Document, outages
from scheduler.batches import batches
from scheduler.learning.dataset import Dataset, Rows
from scheduler.learning.photos.stored_features import FEATURES, readable

_BATCH: Final = 100
_SWEPT: Final = 1000


@dataclass(frozen=True)
class VariantCache:
    """One document a photo, for the variants `names` in their order. Methods raise Outage."""

    documents: Collection[Document]
    names: Sequence[str]

    def read(self, dataset: Dataset, rows: Rows, into: NDArray[np.float16]) -> list[int]:
        """Fill `into` (photos, variants, 1280) with what is kept; the rows that are still missing.

        Only features that the data set's backbone made of the present image count.
        """
        missing = set(rows.tolist())
        at = {dataset.photos[row]: row for row in rows.tolist()}
        with outages():
            for some in batches(at, _BATCH):
                for found in self.documents.find({"_id": {"$in": some}}):
                    row = at[found["_id"]]
                    features = self._features(found, dataset, row)
                    if features is not None:
                        into[row] = features
                        missing.discard(row)
        return sorted(missing)

    def save(self, dataset: Dataset, row: int, features: NDArray[np.float16]) -> None:
        """Keep the features (variants, 1280) of one photo in place of older ones."""
        kept = {
            "collection": dataset.collection,
            "etag": dataset.etags[row],
            "backbone": dataset.backbone,
            "variants": list(self.names),
            "features": Binary(features.tobytes()),
        }
        # Whoever else computes them at this moment keeps the same numbers.
        with outages(), suppress(DuplicateKeyError):
            self.documents.replace_one({"_id": dataset.photos[row]}, kept, upsert=True)

    def _features(self, found: Document, dataset: Dataset, row: int) -> NDArray[np.float16] | None:
        made_of = found["etag"], found["backbone"], found["variants"]
        if made_of != (dataset.etags[row], dataset.backbone, list(self.names)):
            return None
        return readable(found["features"], (len(self.names), FEATURES))


def forget_orphans(database: Database[Document]) -> int:
    """Delete the variant features of photos that are gone; returns how many. Raises Outage."""
    kept, forgotten = database["variant_features"], 0
    with outages():
        for some in batches((found["_id"] for found in kept.find({}, {"_id": 1})), _SWEPT):
            rule = {"_id": {"$in": some}, "removed_at": {"$exists": False}}
            living = {found["_id"] for found in database["photos"].find(rule, {"_id": 1})}
            gone = [photo for photo in some if photo not in living]
            if gone:
                forgotten += kept.delete_many({"_id": {"$in": gone}}).deleted_count
    return forgotten
