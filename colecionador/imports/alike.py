"""Finds pictures that look alike: the difference hash proposes, tiny pictures decide."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

BITS: Final = 4
"""The difference hashes of two alike pictures differ in at most so many of 64 bits."""

APART: Final = 10.0
"""The root mean square by which two alike tiny pictures differ at most, of 255.

Seen on 836 photos of clothes and minerals: no two different ones come closer than 12, and no copy
saved again at quality 30 and a third of its size is further away than 7. The hash sees edges only:
without this a red cup and a green one, or two plain cards, were the same.
"""


def alike(phashes: NDArray[np.uint64], tinies: NDArray[np.uint8]) -> Iterator[list[int]]:
    """For each row of `phashes` (n) and `tinies` (n, numbers), the first ones it looks like.

    A row that looks like none before it is a first one itself, and nothing but first ones is
    compared with: a thousand frames of one scene cost a thousand comparisons. 10,000 different
    pictures take a second or two.
    """
    means = tinies.mean(axis=1)
    firsts, count = np.empty(len(phashes), np.intp), 0
    for row in range(len(phashes)):
        near = firsts[:count]
        near = near[np.bitwise_count(phashes[near] ^ phashes[row]) <= BITS]
        # Means are never further apart than the root mean square is; this is only quicker.
        near = near[np.abs(means[near] - means[row]) <= APART]
        near = near[_distances(tinies[near], tinies[row]) <= APART]
        if not len(near):
            firsts[count] = row
            count += 1
        yield near.tolist()


def _distances(tinies: NDArray[np.uint8], tiny: NDArray[np.uint8]) -> NDArray[np.float32]:
    apart = tinies.astype(np.float32) - tiny
    return np.asarray(np.sqrt(np.square(apart).mean(axis=1)), np.float32)
