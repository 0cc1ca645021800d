"""Makes classify look again at photos whose answer is that of an old model."""

import time
from collections.abc import Sequence
from typing import Final

from pymongo.database import Database

from functions.runtime.database import Document
from functions.runtime.inbox import Inbox
from functions.runtime.photo import PhotoRef
from scheduler.reconcile_photo import Ask, Reason
from scheduler.reconcile_records import PhotoRecords
from scheduler.reconcile_rules import still_due

_AT_ONCE: Final = 500
_EVERY_SECONDS: Final = 5.0
"""So long a collection is not asked again: classify needs a second to take a new version."""


class ClassifyAgain:
    """Makes classify's rows due, some at a time; the others are asked when these are done."""

    def __init__(self, database: Database[Document]) -> None:
        self._records = PhotoRecords(database)
        self._inbox = Inbox.of(database, "classify")
        self._again_at: dict[str, float] = {}

    def ask(self, collection: str, photos: Sequence[Document]) -> None:
        """Ask for a look at these photos, of whose records id and image_etag are known.

        Rows that are open or parked are left alone. Raises Outage.
        """
        now = time.monotonic()
        if not photos or now < self._again_at.get(collection, now):
            return
        self._again_at[collection] = now + _EVERY_SECONDS
        asks = [_ask(collection, photo) for photo in photos[:_AT_ONCE]]
        rows = self._records.rows(asks)
        for ask in asks:
            due = still_due(ask, rows.get((ask.function, ask.row)))
            if due:
                self._inbox.ask(due.bucket, due.key, due.content)


def _ask(collection: str, photo: Document) -> Ask:
    image = PhotoRef(collection, photo["_id"]).image
    return Ask("classify", "images", image, photo["image_etag"], Reason.OLD_MODEL)
