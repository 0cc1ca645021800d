"""Makes the ten variants of an image, which are what training learns from besides the image.

They are the ten of the original project, with the meaning of TensorFlow's functions of that name
(tf.image.rot90, adjust_brightness, adjust_contrast, adjust_hue, adjust_saturation, central_crop).
"""

import io
from collections.abc import Callable, Iterator

import numpy as np
import simplejpeg
from PIL import Image, ImageStat

from functions.augment.colours import Colours

LONGEST_SIDE = 512

_KEPT = 0.7  # part of each side that the central crop keeps


def variants(image: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and JPEG (longest side at most 512, never enlarged) of each variant, in NAMES' order.

    `image` is a stored image: an RGB JPEG. It is decoded once, at the smallest size that is large
    enough for the crop, and the same bytes give the same variants.
    """
    with Image.open(io.BytesIO(image), formats=["JPEG"]) as file:
        file.draft("RGB", _fitted(file.size, LONGEST_SIDE / _KEPT))
        large = file.convert("RGB")
    small = _resized(large)
    for name, make in _FROM_SMALL.items():
        yield name, _jpeg(make(small))
    colours = Colours(small)
    yield "hue-shifted", _jpeg(colours.turned(0.1))
    yield "more-saturated", _jpeg(colours.saturated(2))
    yield "center-crop", _jpeg(_resized(_center(large)))


def _brighter(image: Image.Image) -> Image.Image:
    """+0.2 of full brightness."""
    return image.point([min(255, value + 51) for value in range(256)] * 3)


def _more_contrast(image: Image.Image) -> Image.Image:
    """Twice as far from the mean of each channel."""
    means = ImageStat.Stat(image).mean
    return image.point([_byte(2 * value - mean) for mean in means for value in range(256)])


def _center(image: Image.Image) -> Image.Image:
    width, height = image.size
    left, top = round(width * (1 - _KEPT) / 2), round(height * (1 - _KEPT) / 2)
    return image.crop((left, top, width - left, height - top))


_FROM_SMALL: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as-is": lambda image: image,
    "rotated-90": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "rotated-180": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "flipped-left-right": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "flipped-up-down": lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    "brighter": _brighter,
    "more-contrast": _more_contrast,
}
NAMES: tuple[str, ...] = (*_FROM_SMALL, "hue-shifted", "more-saturated", "center-crop")


def _fitted(size: tuple[int, int], side: float) -> tuple[int, int]:
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _resized(image: Image.Image) -> Image.Image:
    size = _fitted(image.size, LONGEST_SIDE)
    return image.resize(size, Image.Resampling.HAMMING, reducing_gap=1.0)


def _byte(value: float) -> int:
    return max(0, min(255, round(value)))


def _jpeg(image: Image.Image) -> bytes:
    # Pillow's encoder takes half as long again, and nobody else may work meanwhile: it keeps the
    # interpreter's lock.
    jpeg: bytes = simplejpeg.encode_jpeg(np.asarray(image), 90, "RGB", "420")
    return jpeg
