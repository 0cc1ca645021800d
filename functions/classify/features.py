"""The features of photos, kept apart from their records: they are large, and for models only."""

import numpy as np
from bson import Binary
from numpy.typing import NDArray
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from functions.classify.head import Answer
from functions.runtime.database import Document, outages
from functions.runtime.delivery import Delivery
from functions.runtime.faults import Superseded


class Features:
    """The Mongo collection `features`: one document a photo, under the photo's id."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    def save(
        self, delivery: Delivery, backbone: str, features: NDArray[np.float32], answer: Answer
    ) -> None:
        """Keep 1280 features and the fingerprint as float16, with what made them.

        Raises Superseded when a newer claim's are there, Outage when Mongo can't be used.
        """
        delivery.check_lease()
        kept = {
            "collection": delivery.photo.collection,
            "etag": delivery.content,
            "token": delivery.claim.token,
            "backbone": backbone,
            "model": answer.model,
            "feature": Binary(features.astype(np.float16).tobytes()),
            "fingerprint": Binary(answer.fingerprint.astype(np.float16).tobytes()),
        }
        older = {"_id": delivery.photo.id, "token": {"$not": {"$gt": delivery.claim.token}}}
        try:
            with outages():
                self._collection.update_one(older, {"$set": kept}, upsert=True)
        except DuplicateKeyError:
            raise Superseded(f"newer features of {delivery.photo.id} are there") from None

    def remove(self, delivery: Delivery) -> None:
        """Forget the photo's features."""
        delivery.check_lease()
        with outages():
            self._collection.delete_one(
                {"_id": delivery.photo.id, "collection": delivery.photo.collection}
            )
