"""The only place where a foreign file meets a decoder; whatever goes wrong there is Rejected."""

import io
import math
import struct
import warnings
import zlib
from collections.abc import Mapping
from typing import Any, Final

import pillow_heif
from PIL import ExifTags, Image, ImageFile, PngImagePlugin

from functions.pictures import pixels, refusal

pillow_heif.register_heif_opener()
# The limits are checked in photo.py, from the header; Pillow's own would only warn at some of them.
Image.MAX_IMAGE_PIXELS = None
# An editor's notes in a PNG may be longer than Pillow expects; of all of them it takes 64 MB.
PngImagePlugin.MAX_TEXT_CHUNK = 16_000_000
# Decoders warn about odd metadata; the verdict says all that matters.
warnings.filterwarnings("ignore", module=r"PIL\.")

TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
}
# An MPO (several JPEGs in one file) is opened by the JPEG decoder.
_DECODERS = [kind for kind in TYPES if kind != "MPO"]
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TILE_SIDES: Final = (322, 323)
# What decoders raise when the bytes are not what they promised to be.
_UNREADABLE = (
    AssertionError,
    AttributeError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
)


def header(data: bytes) -> ImageFile.ImageFile:
    """Read the header only; raises Rejected when `data` is no picture of an accepted kind."""
    try:
        return Image.open(io.BytesIO(data), formats=_DECODERS)
    except _UNREADABLE as error:
        raise refusal.not_a_picture(data) from error


def frames(file: ImageFile.ImageFile, data: bytes) -> int:
    """How many frames the file says it has, without decoding or walking through them."""
    if file.format == "GIF":
        return data.count(b"\x21\xf9\x04")
    if file.format in ("PNG", "WEBP", "AVIF"):
        return int(getattr(file, "n_frames", 1))
    return 1


def pixels_held(file: ImageFile.ImageFile) -> int:
    """How many pixels are in memory while the picture is decoded, from the header.

    A JPEG that is asked for at a part of its size may have to be kept whole all the same, and the
    tiles of a TIFF may be larger than its picture.
    """
    tags = getattr(file, "tag_v2", {})
    tile = [side if isinstance(side := tags.get(tag), int) else 0 for tag in _TILE_SIDES]
    return max(file.width * file.height, math.prod(tile))


def decoded(file: ImageFile.ImageFile) -> tuple[Image.Image, bool]:
    """The first frame, small, upright and in sRGB; and whether it lay on its side.

    Raises Rejected when the decoder can't make every row.
    """
    try:
        # A JPEG is decoded at 1/2, 1/4 or 1/8 of its size where that is large enough.
        file.draft(None, pixels.fitted(file.size, pixels.LONGEST_SIDE))
        file.info = _without_texts(file.info)
        file.load()
        # A PNG may have more of them behind its pixels.
        file.info = _without_texts(file.info)
        picture = pixels.in_srgb(pixels.small(file), file.info.get("icc_profile"))
    except _UNREADABLE as error:
        raise refusal.truncated() from error
    orientation = _orientation(file)
    turn = _TURNS.get(orientation)
    upright = picture if turn is None else picture.transpose(turn)
    upright.info = {}
    return upright, orientation in (5, 6, 7, 8)


def _without_texts(info: Mapping[str | tuple[int, int], Any]) -> dict[str | tuple[int, int], Any]:
    """A PNG's texts stand beside what Pillow knows of the pixels, under any name they like."""
    return {name: value for name, value in info.items() if not isinstance(value, str)}


def _orientation(file: ImageFile.ImageFile) -> int:
    """The Exif orientation after decoding: HEIC and TIFF are upright by then and say so."""
    try:
        orientation = file.getexif().get(ExifTags.Base.Orientation)
    except _UNREADABLE:
        return 1
    return orientation if isinstance(orientation, int) else 1
