"""The features of photos, kept apart from their records: they are large, and for models only."""

from typing import Self

import numpy as np
from bson import Binary
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.classify.model import Look
from functions.runtime.database import Document, outages
from functions.runtime.delivery import Delivery
from functions.runtime.faults import Superseded


class Features:
    """`features` in Mongo, and `variant_features` made beside them: one document a photo each."""

    def __init__(
        self, features: Collection[Document], variant_features: Collection[Document]
    ) -> None:
        self._features = features
        self._variant_features = variant_features

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The features of this database."""
        return cls(database["features"], database["variant_features"])

    def save(self, delivery: Delivery, backbone: str, look: Look) -> None:
        """Keep 1280 features and the fingerprint as float16, with what made them.

        Raises Superseded when a newer claim's are there, Outage when Mongo can't be used.
        """
        delivery.check_lease()
        kept = {
            "collection": delivery.photo.collection,
            "etag": delivery.content,
            "token": delivery.claim.token,
            "backbone": backbone,
            "model": look.answer.model,
            "feature": Binary(look.features.astype(np.float16).tobytes()),
            "fingerprint": Binary(look.answer.fingerprint.astype(np.float16).tobytes()),
        }
        older = {"_id": delivery.photo.id, "token": {"$not": {"$gt": delivery.claim.token}}}
        try:
            with outages():
                self._features.update_one(older, {"$set": kept}, upsert=True)
        except DuplicateKeyError:
            raise Superseded(f"newer features of {delivery.photo.id} are there") from None

    def remove(self, delivery: Delivery) -> None:
        """Forget the photo's features and those of its variants."""
        delivery.check_lease()
        own = {"_id": delivery.photo.id, "collection": delivery.photo.collection}
        with outages():
            self._features.delete_one(own)
            self._variant_features.delete_one(own)
