"""trouble: has its bad moments with red, green and blue images, and does nothing with all others.

It is a folder and a row, as every function: tests start it in a stack by adding the row.
"""

import io
import os
import threading
from pathlib import Path

from PIL import Image

from functions.runtime.delivery import Delivery
from functions.runtime.function import Function
from functions.runtime.photo import photo_of_image
from functions.runtime.records import Fields
from functions.runtime.start import start
from functions.runtime.storage import StoredObject


def make(delivery: Delivery, image: StoredObject) -> Fields:
    """Die of a red image, hang on a green one, trip over a blue one until somebody mends it."""
    red, green, blue = _colour(image.data)
    if red > green + blue + 100:
        os._exit(1)
    if green > red + blue + 100:
        threading.Event().wait()
    if blue > red + green + 100 and not Path(os.environ["MENDED"]).exists():
        raise ArithmeticError("a bug: too blue")
    return {"trouble": "none"}


def gone(delivery: Delivery) -> None:
    """There is nothing to take away."""


def rejected(delivery: Delivery) -> Fields:
    """There is nothing to forget."""
    return {}


def _colour(image: bytes) -> tuple[int, int, int]:
    with Image.open(io.BytesIO(image), formats=["JPEG"]) as opened:
        red, green, blue = opened.convert("RGB").resize((1, 1)).tobytes()
        return red, green, blue


app = start(Function("trouble", "images", photo_of_image, make, gone, rejected))
