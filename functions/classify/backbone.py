"""From an image to the 1280 features of the frozen backbone."""

from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from functions.classify.lite import Lite

SIDE: Final = 224
FEATURES: Final = 1280

# The middle square of 87.5 % of the shorter side, as the weights were trained with. On 134
# ImageNet photos it names 116 right (whole photo squashed: 105, whole middle square: 113), and a
# linear head on 510 clothes gets .841 right (.794, .842).
MIDDLE: Final = 0.875


class Backbone:
    """The backbone of one version in this process; safe to ask from several threads."""

    def __init__(self, version: str, model: bytes) -> None:
        """Raises ValueError or RuntimeError when the bytes are no backbone."""
        self.version = version
        self._model = Lite(model)
        if self._ask(np.zeros((SIDE, SIDE, 3), np.uint8)).shape != (FEATURES,):
            raise ValueError(f"a backbone gives {FEATURES} features")

    def features(self, image: bytes) -> NDArray[np.float32]:
        """The features of a stored image (JPEG): 1280 numbers, each >= 0.

        Raises `PIL.UnidentifiedImageError` or OSError for bytes that on_upload never writes.
        """
        return self._ask(picture(image))

    def _ask(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        (features,) = self._model(pixels).values()
        return features


def picture(image: bytes, side: int = SIDE) -> NDArray[np.uint8]:
    """The middle of an image (JPEG) as the backbone sees it, or smaller: RGB, (side, side, 3)."""
    with Image.open(BytesIO(image)) as opened:
        # The decoder halves the image as often as the middle keeps its pixels: much less work.
        opened.draft("RGB", (int(side / MIDDLE), int(side / MIDDLE)))
        width, height = opened.size
        half = min(width, height) * MIDDLE / 2
        middle = (width / 2 - half, height / 2 - half, width / 2 + half, height / 2 + half)
        small = opened.convert("RGB").resize((side, side), Image.Resampling.BICUBIC, box=middle)
    return np.asarray(small)
