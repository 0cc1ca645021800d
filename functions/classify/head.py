"""From features to a category: the small model that a version usually is."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.classify.answer import FINGERPRINT, Answer, Rules
from functions.classify.backbone import FEATURES
from functions.classify.lite import Lite

DISTANCE: Final = "distance"


class Head:
    """The head of one version in this process; safe to ask from several threads."""

    def __init__(self, rules: Rules, model: bytes) -> None:
        """Raises ValueError or RuntimeError when the bytes are no head that fits the rules."""
        self._rules = rules
        self._model = Lite(model)
        self._check(self._model(np.ones(FEATURES, np.float32)))

    def _check(self, outputs: Mapping[str, NDArray[np.float32]]) -> None:
        wanted = {"probabilities": (len(self._rules.labels),), "fingerprint": (FINGERPRINT,)}
        shapes = {name: output.shape for name, output in outputs.items()}
        if shapes not in (wanted, {**wanted, DISTANCE: (1,)}):
            raise ValueError(f"a head of {len(self._rules.labels)} labels does not give {shapes}")
        if not all(np.isfinite(output).all() for output in outputs.values()):
            raise ValueError("the head does not answer with numbers")
        if self._rules.farthest is not None and DISTANCE not in outputs:
            raise ValueError("a head with a farthest distance tells no distance")

    @property
    def version(self) -> str:
        """The version that answers carry."""
        return self._rules.version

    def answer(self, features: NDArray[np.float32]) -> Answer:
        """The answer to the 1280 features of one image."""
        outputs = self._model(features.astype(np.float32))
        distance = float(outputs[DISTANCE][0]) if DISTANCE in outputs else 0.0
        return self._rules.answer(outputs["probabilities"], outputs["fingerprint"], distance)

    def answers(self, features: NDArray[np.float32]) -> list[Answer]:
        """The answers to the features (n, 1280) of some images."""
        return [self.answer(row) for row in features]
