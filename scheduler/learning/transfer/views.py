"""The rows a head is trained on: the image and the variants of training photos, and no others'."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scheduler.learning.dataset import Dataset, Rows

Views: TypeAlias = NDArray[np.intp]
"""(m, 2): the row of a photo, and 0 for its image or 1 to v for one of its variants."""


def views_of(dataset: Dataset, rows: Rows) -> Views:
    """Every view of these photos; variants without features (NaN) are left out."""
    kept = np.ones((len(rows), 1 + len(dataset.variants)), np.bool_)
    for at, row in enumerate(rows):
        # A row of features is whole or absent, so its first number tells.
        kept[at, 1:] = ~np.isnan(dataset.variant_features[row, :, 0])
    photos, views = np.nonzero(kept)
    return np.stack([rows[photos], views], axis=1)


def gathered(dataset: Dataset, views: Views) -> NDArray[np.float32]:
    """The features (m, 1280) of these views."""
    photos, number = views[:, 0], views[:, 1]
    found = dataset.features[photos]
    varied = number > 0
    found[varied] = dataset.variant_features[photos[varied], number[varied] - 1]
    return found


def drawn(views: Views, most: int, draw: np.random.Generator) -> Views:
    """At most so many views of each photo, chosen and ordered by chance."""
    mixed = draw.permutation(views)
    order = np.argsort(mixed[:, 0], kind="stable")
    photos = mixed[order, 0]
    # How many views of the same photo stand before each one.
    rank = np.arange(len(photos)) - np.searchsorted(photos, photos)
    return draw.permutation(mixed[order[rank < most]])
