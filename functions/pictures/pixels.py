"""Turns decoded pixels of any kind into a small RGB picture in sRGB."""

import io
import math

from PIL import Image, ImageCms

from functions.runtime.faults import Rejected

LONGEST_SIDE = 1600

# The sharpest of the filters that cost half of bicubic, and this is on_upload's longest step.
_FILTER = Image.Resampling.HAMMING
_STRIP_PIXELS = 4_000_000
_16_BIT = ("I;16", "I;16B", "I;16L", "I;16N")
_TO_8_BIT = [round(value / 257) for value in range(65536)]
_AS_THEY_ARE = ("L", "RGB", "CMYK")
_BY_CONVERTING = {"1": "L", "P": "RGB", "RGBX": "RGB", "YCbCr": "RGB"}
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """`size` (width, height) made smaller, never larger, so that its longest side is `side`."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def small(image: Image.Image) -> Image.Image:
    """A picture of mode L, RGB or CMYK with its longest side at most 1600.

    It is worked on strip by strip, so that beside the decoded pixels themselves there is never a
    second full-size copy. Transparent parts become white. Raises Rejected for pixels that have
    no agreed meaning as a colour (32 bit, Lab).
    """
    factor = max(image.size) // LONGEST_SIDE
    reduced = _plain(image) if factor < 2 else _reduced(image, factor)
    size = fitted(reduced.size, LONGEST_SIDE)
    return reduced if size == reduced.size else reduced.resize(size, _FILTER)


def in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """The RGB picture that `image` (L, RGB or CMYK) is by its ICC profile.

    One that is no profile, whatever the file has in its place, is ignored.
    """
    if profile and isinstance(profile, bytes):
        try:
            return _by_profile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
        except (ImageCms.PyCMSError, OSError):
            pass
    return image.convert("RGB")


def _by_profile(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    if image.mode == "RGB" and "sRGB" in ImageCms.getProfileDescription(profile):
        return image
    # None is only answered when the picture is changed in place.
    return ImageCms.profileToProfile(image, profile, _SRGB, outputMode="RGB") or image


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    width, height = image.size
    rows = factor * max(1, _STRIP_PIXELS // (width * factor))
    strips = [
        _plain(image.crop((0, top, width, min(top + rows, height)))).reduce(factor)
        for top in range(0, height, rows)
    ]
    whole = Image.new(strips[0].mode, (math.ceil(width / factor), math.ceil(height / factor)))
    for number, strip in enumerate(strips):
        whole.paste(strip, (0, number * rows // factor))
    return whole


def _plain(image: Image.Image) -> Image.Image:
    if image.mode in _16_BIT:
        return image.convert("I").point(_TO_8_BIT, "L")
    if image.mode in ("I", "F", "LAB"):
        raise Rejected(
            "unsupported-pixels", "This kind of picture (32 bit or Lab) can't be shown as a photo."
        )
    if image.has_transparency_data:
        return _on_white(image.convert("RGBA"))
    if image.mode in _AS_THEY_ARE:
        return image
    return image.convert(_BY_CONVERTING.get(image.mode, "RGB"))


def _on_white(image: Image.Image) -> Image.Image:
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image)
    return ground
