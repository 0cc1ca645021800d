"""Opens and makes photos for the tests of pictures."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from functions.pictures.budget import PixelBudget
from functions.pictures.photo import Limits, Photo, open_photo
from functions.runtime.faults import Rejected

SAMPLES = Path(__file__).parent.parent / "samples"
ODD = SAMPLES / "odd"

LIMITS = Limits()


def opened(data: bytes, limits: Limits = LIMITS, promised: str | None = None) -> Photo:
    """The photo in `data`."""
    with open_photo(data, limits, PixelBudget(), promised) as photo:
        return photo


def refusal(data: bytes, limits: Limits = LIMITS, promised: str | None = None) -> Rejected:
    """Why `data` is refused."""
    with pytest.raises(Rejected) as caught:
        opened(data, limits, promised)
    return caught.value


def as_file(image: Image.Image, kind: str, **options: Any) -> bytes:
    """`image` as a file of Pillow's format `kind`."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
