"""From features to a category by the labelled photos that are most alike; numpy only."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.classify.answer import FINGERPRINT, Answer, Rules
from functions.classify.arrays import arrays
from functions.classify.fingerprint import Projection

VOTERS: Final = 5
"""How many of the nearest labelled photos have a say."""

# The chance that two photos show the same, by the cosine of their fingerprints: at .40 even, at
# .55 four of five. Measured on clothes; docs/decisions/0022-nearest.md has the table.
_EVEN: Final = 0.40
_STEEPNESS: Final = 10.0


class Nearest:
    """The labelled photos of one version in this process; safe to ask from several threads."""

    def __init__(self, rules: Rules, files: Mapping[str, bytes]) -> None:
        """Raises KeyError or ValueError when the files hold no labelled fingerprints."""
        read = arrays(files["vectors.npz"])
        self._rules = rules
        self._projection = Projection.read(files["fingerprint.npz"])
        self._vectors = read["vectors"].astype(np.float32)
        self._labels = read["labels"].astype(np.intp)
        self._check()

    def _check(self) -> None:
        count = self._labels.size
        if count == 0 or self._labels.shape != (count,):
            raise ValueError("no photo is labelled")
        if self._vectors.shape != (count, FINGERPRINT):
            raise ValueError(f"{count} labels do not fit fingerprints {self._vectors.shape}")
        lengths = np.linalg.norm(self._vectors, axis=1)
        # Compared so that a NaN is refused too. Zeros are the fingerprint of what differs nowhere.
        if not ((np.abs(lengths - 1) < 0.01) | (lengths == 0)).all():
            raise ValueError("a fingerprint has not unit length")
        if self._labels.min() < 0 or self._labels.max() >= len(self._rules.labels):
            raise ValueError("a label has no name")

    @property
    def version(self) -> str:
        """The version that answers carry."""
        return self._rules.version

    def answer(self, features: NDArray[np.float32]) -> Answer:
        """The answer to the 1280 features of one image."""
        (answer,) = self.answers(features[None])
        return answer

    def answers(self, features: NDArray[np.float32]) -> list[Answer]:
        """The answers to the features (n, 1280) of some hundred images, compared all at once."""
        fingerprints = self._projection.of(features.astype(np.float32))
        classes = len(self._rules.labels)
        return [
            self._rules.answer(confidences(cosines, self._labels, classes), fingerprint)
            for cosines, fingerprint in zip(
                fingerprints @ self._vectors.T, fingerprints, strict=True
            )
        ]


def confidences(
    cosines: NDArray[np.float32], labels: NDArray[np.intp], classes: int
) -> NDArray[np.float32]:
    """The confidence (0 to 1) of each class, by the cosines (n) to photos with these labels (n).

    A class gets the chance of its most alike photo, times its share of the chances of all voters:
    one photo that is very much alike is enough, if the others do not speak against it.
    """
    # Before argpartition, because with few photos everyone votes.
    voters = np.arange(len(cosines))
    if len(cosines) > VOTERS:
        voters = np.argpartition(-cosines, VOTERS)[:VOTERS]
    chances = 1 / (1 + np.exp(-_STEEPNESS * (cosines[voters] - _EVEN)))
    best, sums = np.zeros(classes, np.float32), np.zeros(classes, np.float32)
    np.maximum.at(best, labels[voters], chances)
    np.add.at(sums, labels[voters], chances)
    return np.asarray(best * sums / chances.sum(), dtype=np.float32)


def chance(cosine: float) -> float:
    """The confidence that a single labelled photo gives at this cosine."""
    one = np.array([cosine], np.float32)
    return float(confidences(one, np.zeros(1, np.intp), 1)[0])
