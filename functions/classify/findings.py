"""What an answer says in a photo's record."""

import io
from typing import Final

from PIL import Image

from functions.classify.answer import Answer
from functions.runtime.records import Fields

UNSAID: Final[Fields] = {"category": None, "confidence": None, "model": None, "findings": []}
"""The same fields while no image is there to speak of."""


def whole(image: bytes, answer: Answer) -> Fields:
    """The record's fields when the whole picture is the one thing found.

    The finding's box is [x, y, width, height] in pixels of the image (a JPEG).
    """
    with Image.open(io.BytesIO(image), formats=["JPEG"]) as opened:
        width, height = opened.size
    said = {"category": answer.category, "confidence": answer.confidence}
    finding = {"id": "whole", "box": [0, 0, width, height], "label": None, **said}
    return {**said, "model": answer.model, "findings": [finding]}
