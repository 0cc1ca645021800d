"""Opens a photo from bytes that nobody vouches for, or says why not."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageFile

from functions.pictures import decoder
from functions.pictures.budget import PixelBudget
from functions.runtime.faults import Rejected


@dataclass(frozen=True)
class Limits:
    """What is accepted: bytes of the file, pixels of the picture, of a side, of all its frames."""

    max_bytes: int = 50_000_000
    max_pixels: int = 100_000_000
    max_side: int = 65_535
    max_animation_pixels: int = 2_000_000_000


@dataclass(frozen=True)
class Photo:
    """An opened photo: `image` is upright, RGB, sRGB, its longest side at most 1600.

    `size` is the file's in bytes, `width` and `height` are the original's when upright, `type`
    is the media type by content, `sha256` is in lower-case hex, `exif` the raw Exif block.
    """

    image: Image.Image
    size: int
    width: int
    height: int
    type: str
    sha256: str
    exif: bytes | None


@contextmanager
def open_photo(
    data: bytes, limits: Limits, budget: PixelBudget, promised_sha256: str | None = None
) -> Iterator[Photo]:
    """Open the photo in `data` and hold its pixels in `budget` until the block ends.

    Raises Rejected with the code empty, too-many-bytes, checksum-mismatch, not-a-picture, svg,
    pdf, too-many-pixels, animation-too-long, unsupported-pixels or truncated. A picture whose
    file ends before it does is truncated, however little is missing: the sender still has the
    whole one, and half a photo would teach the wrong thing.
    """
    sha256 = _checked(data, limits, promised_sha256)
    file = decoder.header(data)
    _check_pixels(file, data, limits)
    width, height = file.size
    with budget.hold(decoder.pixels_held(file)):
        image, sideways = decoder.decoded(file)
        if sideways:
            width, height = height, width
        kind = file.format or ""
        # A TIFF is itself built as an Exif block is.
        exif = data if kind == "TIFF" else file.info.get("exif")
        yield Photo(image, len(data), width, height, decoder.TYPES[kind], sha256, exif)


def _checked(data: bytes, limits: Limits, promised_sha256: str | None) -> str:
    if not data:
        raise Rejected("empty", "The file is empty.")
    if len(data) > limits.max_bytes:
        most = limits.max_bytes // 1_000_000
        raise Rejected("too-many-bytes", f"The file is larger than {most} MB.")
    sha256 = hashlib.sha256(data).hexdigest()
    if promised_sha256 and promised_sha256.strip().lower() != sha256:
        raise Rejected("checksum-mismatch", "The file was changed on its way: send it again.")
    return sha256


def _check_pixels(file: ImageFile.ImageFile, data: bytes, limits: Limits) -> None:
    pixels = decoder.pixels_held(file)
    if pixels > limits.max_pixels:
        most = limits.max_pixels // 1_000_000
        raise Rejected("too-many-pixels", f"The picture has more than {most} megapixels.")
    if max(file.size) > limits.max_side:
        most = limits.max_side
        raise Rejected("too-many-pixels", f"A side of the picture has more than {most} pixels.")
    if pixels * decoder.frames(file, data) > limits.max_animation_pixels:
        raise Rejected("animation-too-long", "The animation is too long: send a single picture.")
