"""What a model says of one image, and the rules by which its numbers become a category."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.runtime.manifest import Manifest

UNKNOWN: Final = "unknown"
FINGERPRINT: Final = 256
TOP: Final = 5


@dataclass(frozen=True)
class Guess:
    """One category with its confidence, 0 to 1."""

    category: str
    confidence: float


@dataclass(frozen=True)
class Answer:
    """What a model says: its best guess, or `unknown` when it is not sure enough.

    `confidence` is that of the best guess either way; `top` has the five best (fewer when the
    model knows fewer), best first; `fingerprint` is 256 numbers of unit length.
    """

    category: str
    confidence: float
    model: str
    top: Sequence[Guess]
    fingerprint: NDArray[np.float32]


@dataclass(frozen=True)
class Rules:
    """How one version's numbers become an answer.

    `labels` are its categories in the order of its numbers. A confidence below `threshold` (0 to
    1) is `unknown`, and so is a distance above `farthest`, when the version has such a limit.
    """

    version: str
    labels: Sequence[str]
    threshold: float
    farthest: float | None = None

    @classmethod
    def of(cls, manifest: Manifest, labels: Sequence[str]) -> "Rules":
        """The rules of a manifest. Raises ValueError when it has no threshold or no labels."""
        if manifest.threshold is None or not labels:
            raise ValueError(f"a {manifest.kind} needs a threshold and labels")
        return cls(manifest.version, labels, manifest.threshold, manifest.farthest)

    def answer(
        self,
        confidences: NDArray[np.float32],
        fingerprint: NDArray[np.float32],
        distance: float = 0.0,
    ) -> Answer:
        """The answer to these confidences, one for each label."""
        # Stable, so that equal confidences come in the order of the labels every time.
        order = np.argsort(-confidences, kind="stable")[:TOP]
        top = [Guess(self.labels[i], round(float(confidences[i]), 4)) for i in order]
        near = self.farthest is None or distance <= self.farthest
        sure = near and top[0].confidence >= self.threshold
        return Answer(
            category=top[0].category if sure else UNKNOWN,
            confidence=top[0].confidence,
            model=self.version,
            top=top,
            fingerprint=fingerprint,
        )
