"""The work of all three functions as a first script would write it, with Pillow's plain calls."""

import hashlib
import io
from typing import Final

import imagehash
from PIL import Image, ImageOps

from benchmarks import variants
from benchmarks.by_hand import Places, name
from functions.augment.variants import NAMES
from functions.classify.model import Model
from functions.pictures.jpeg import THUMBNAIL_SIDE
from functions.pictures.pixels import LONGEST_SIDE
from functions.runtime.photo import photo_of_upload

_QUALITY: Final = 90


def plain_way(places: Places, model: Model, key: str) -> None:
    """What `whole_way` reads and writes for one photo; only the look at the image is the same."""
    photo = photo_of_upload(key)
    upload = places.read("uploads", key)
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(upload))).convert("RGB")
    said = {
        "size": len(upload),
        "width": picture.width,
        "height": picture.height,
        "sha256": hashlib.sha256(upload).hexdigest(),
        "phash": str(imagehash.dhash(picture)),
    }
    places.write("images", photo.image, _jpeg(picture, LONGEST_SIDE))
    places.write("thumbnails", photo.image, _jpeg(picture, THUMBNAIL_SIDE))
    name(places, model, key, places.read("images", photo.image), said)
    made = variants.plain(places.read("images", photo.image))
    for variant, jpeg in zip(NAMES, made, strict=True):
        places.write("variants", photo.variant(variant), jpeg)


def _jpeg(picture: Image.Image, side: int) -> bytes:
    file = io.BytesIO()
    small = picture.copy()
    small.thumbnail((side, side))
    small.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
