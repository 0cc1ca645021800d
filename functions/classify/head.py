"""From features to a category: the small model that a version usually is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.classify.backbone import FEATURES
from functions.classify.lite import Lite

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
    """What a model says: its best guess, or `unknown` when that is below the threshold.

    `confidence` is that of the best guess either way; `top` has the five best (fewer when the
    model knows fewer), best first; `fingerprint` is 256 numbers of unit length.
    """

    category: str
    confidence: float
    model: str
    top: Sequence[Guess]
    fingerprint: NDArray[np.float32]


class Head:
    """The head of one version in this process; safe to ask from several threads."""

    def __init__(self, version: str, model: bytes, labels: Sequence[str], threshold: float) -> None:
        """Raises ValueError or RuntimeError when the bytes are no head with these labels."""
        self.version = version
        self._labels = labels
        self._threshold = threshold
        self._model = Lite(model)
        self._check()

    def _check(self) -> None:
        outputs = self._model(np.ones(FEATURES, np.float32))
        shapes = {name: output.shape for name, output in outputs.items()}
        if shapes != {"probabilities": (len(self._labels),), "fingerprint": (FINGERPRINT,)}:
            raise ValueError(f"a head of {len(self._labels)} labels does not give {shapes}")
        if not all(np.isfinite(output).all() for output in outputs.values()):
            raise ValueError("the head does not answer with numbers")

    def answer(self, features: NDArray[np.float32]) -> Answer:
        """The answer to the 1280 features of one image."""
        outputs = self._model(features.astype(np.float32))
        probabilities = outputs["probabilities"]
        # Stable, so that equal probabilities come in the order of the labels every time.
        order = np.argsort(-probabilities, kind="stable")[:TOP]
        top = [Guess(self._labels[i], round(float(probabilities[i]), 4)) for i in order]
        best = top[0]
        known = best.confidence >= self._threshold
        return Answer(
            category=best.category if known else UNKNOWN,
            confidence=best.confidence,
            model=self.version,
            top=top,
            fingerprint=outputs["fingerprint"],
        )
