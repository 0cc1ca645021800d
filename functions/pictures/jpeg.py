"""Encodes the pictures that on_upload stores; the same picture gives the same bytes."""

import io

from PIL import Image

from functions.pictures.pixels import fitted

THUMBNAIL_SIDE = 320


def image_jpeg(image: Image.Image) -> bytes:
    """The stored image: a JPEG of the pixels and nothing else (no Exif, profile or comment)."""
    return _jpeg(image, quality=90)


def thumbnail_jpeg(image: Image.Image) -> bytes:
    """A JPEG with its longest side at most 320, made from the stored image's pixels."""
    size = fitted(image.size, THUMBNAIL_SIDE)
    return _jpeg(image.resize(size, Image.Resampling.BICUBIC, reducing_gap=1.0), quality=85)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    # Without an empty comment Pillow would carry over that of the file that was opened.
    image.save(file, "JPEG", quality=quality, comment=b"")
    return file.getvalue()
