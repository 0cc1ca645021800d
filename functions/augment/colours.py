"""Hue and saturation of a whole picture at once, as TensorFlow's image functions change them."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_Plane = NDArray[np.float32]


class Colours:
    """The colour planes of an RGB picture with their brightest and darkest value a pixel."""

    def __init__(self, image: Image.Image) -> None:
        self._planes = [np.asarray(band, np.float32) for band in image.split()]
        red, green, blue = self._planes
        self._brightest = np.maximum(np.maximum(red, green), blue)
        self._darkest = np.minimum(np.minimum(red, green), blue)
        # Greys have no spread; one keeps them as they are and saves a branch for each pixel.
        self._spread = np.maximum(self._brightest - self._darkest, np.float32(1))

    def saturated(self, times: float) -> Image.Image:
        """Saturation multiplied (tf.image.adjust_saturation); never more than full."""
        times_here = np.minimum(np.float32(times), self._brightest / self._spread)
        return _picture(
            [self._brightest - (self._brightest - plane) * times_here for plane in self._planes]
        )

    def turned(self, turn: float) -> Image.Image:
        """Hue moved by `turn` of the colour circle, 0 to 1 (tf.image.adjust_hue)."""
        hue = self._hue() + np.float32(6 * turn)
        hue = np.where(hue < 0, hue + 6, np.where(hue >= 6, hue - 6, hue))
        spread = self._brightest - self._darkest
        shares = (np.abs(hue - 3) - 1, 2 - np.abs(hue - 2), 2 - np.abs(hue - 4))
        return _picture([self._darkest + spread * np.clip(share, 0, 1) for share in shares])

    def _hue(self) -> _Plane:
        """Sixths of the colour circle from red, -1 to 5; any value where there is no colour."""
        red, green, blue = self._planes
        hue = np.where(
            green == self._brightest,
            2 + (blue - red) / self._spread,
            4 + (red - green) / self._spread,
        )
        reddest = red == self._brightest
        return np.asarray(np.where(reddest, (green - blue) / self._spread, hue), np.float32)


def _picture(planes: list[_Plane]) -> Image.Image:
    bytes_of = [Image.fromarray((plane + np.float32(0.5)).astype(np.uint8)) for plane in planes]
    return Image.merge("RGB", bytes_of)
