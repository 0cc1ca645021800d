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
    # Without this Pillow would carry over the comment of the file that was opened.
    image.info.pop("comment", None)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()
