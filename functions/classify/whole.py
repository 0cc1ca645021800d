"""From an image to a category: a model that looks at the pixels itself."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.classify.answer import Answer, Rules
from functions.classify.backbone import picture
from functions.classify.fingerprint import Projection
from functions.classify.lite import Lite

_SIDES: Final = range(8, 1025)


class Whole:
    """The model of one version in this process; safe to ask from several threads.

    It takes RGB pixels (1, S, S, 3) from 0 to 255, uint8 or float32, and gives `probabilities`.
    Its fingerprints are made of the backbone's features, so that photos stay comparable.
    """

    def __init__(self, rules: Rules, files: Mapping[str, bytes]) -> None:
        """Raises KeyError, RuntimeError or ValueError when the files hold no such model."""
        self._rules = rules
        self._projection = Projection.read(files["fingerprint.npz"])
        self._model = Lite(files["model.tflite"])
        self._side = _side_of(self._model.shape)
        self._check(self._ask(np.zeros((self._side, self._side, 3), np.uint8)))

    def _check(self, outputs: Mapping[str, NDArray[np.float32]]) -> None:
        wanted = {"probabilities": (len(self._rules.labels),)}
        shapes = {name: output.shape for name, output in outputs.items()}
        if shapes != wanted:
            raise ValueError(f"a model of {len(self._rules.labels)} labels does not give {shapes}")
        if not np.isfinite(outputs["probabilities"]).all():
            raise ValueError("the model does not answer with numbers")

    @property
    def version(self) -> str:
        """The version that answers carry."""
        return self._rules.version

    def answer(self, features: NDArray[np.float32], image: bytes) -> Answer:
        """The answer to one stored image (JPEG), whose 1280 features give the fingerprint."""
        outputs = self._ask(picture(image, self._side))
        fingerprint = self._projection.of(features.astype(np.float32))
        return self._rules.answer(outputs["probabilities"], fingerprint)

    def _ask(self, pixels: NDArray[np.uint8]) -> Mapping[str, NDArray[np.float32]]:
        return self._model(pixels.astype(self._model.dtype))


def _side_of(shape: tuple[int, ...]) -> int:
    if len(shape) != 4 or shape[0] != 1 or shape[1] != shape[2] or shape[3] != 3:
        raise ValueError(f"the model looks at no square picture but at {shape}")
    if shape[1] not in _SIDES:
        raise ValueError(f"a picture of {shape[1]} x {shape[1]} pixels is not looked at")
    return shape[1]
