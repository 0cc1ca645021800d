"""The features that classify keeps, as arrays, once they are known to be usable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pymongo.collection import Collection

from functions.runtime.database import Document, outages
from scheduler.batches import batches

FEATURES: Final = 1280
_BATCH: Final = 500

Feature = NDArray[np.float16]
"""The 1280 features of one image."""


@dataclass(frozen=True)
class Found:
    """Usable features by photo, and the photos whose features are damaged."""

    features: Mapping[str, Feature]
    damaged: Sequence[str]


def read_features(
    collection: Collection[Document], etags: Mapping[str, str], backbone: str
) -> Found:
    """Those of these photos (id to the image's etag) that this backbone made of that image.

    Raises Outage.
    """
    features: dict[str, Feature] = {}
    damaged = []
    wanted = {"etag": 1, "backbone": 1, "feature": 1}
    with outages():
        for some in batches(etags, _BATCH):
            for found in collection.find({"_id": {"$in": some}}, wanted):
                if (found["etag"], found["backbone"]) != (etags[found["_id"]], backbone):
                    continue
                feature = readable(found["feature"], (FEATURES,))
                if feature is None:
                    damaged.append(found["_id"])
                else:
                    features[found["_id"]] = feature
    return Found(features, damaged)


def readable(data: bytes, shape: tuple[int, ...]) -> NDArray[np.float16] | None:
    """The float16 numbers in these bytes; None when they are too many, too few or not finite."""
    if len(data) != 2 * int(np.prod(shape)):
        return None
    numbers = np.frombuffer(data, np.float16).reshape(shape)
    return numbers if np.isfinite(numbers).all() else None
