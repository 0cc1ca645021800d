"""Tells photos with the links of this process."""

from datetime import UTC, datetime

from functions.api.parts import signed_links
from functions.api.photos.shown import shown, shown_in_list
from functions.runtime.database import Document


def photo_told(record: Document) -> Document:
    """A record as `PhotoTold` has it."""
    return shown(record, signed_links(), datetime.now(UTC))


def item_told(record: Document) -> Document:
    """A record as `PhotoItem` has it."""
    return shown_in_list(record, signed_links(), datetime.now(UTC))
