"""The audit log: what people did that others may ask about, with who and when."""

from datetime import UTC, datetime
from typing import Self

import uuid6
from pymongo.collection import Collection
from pymongo.database import Database

from functions.runtime.database import Document, outages


class Audit:
    """Adds lines, and changes none: Mongo gives no right to. Methods raise Outage."""

    def __init__(self, lines: Collection[Document]) -> None:
        self._lines = lines

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The audit log of this database."""
        return cls(database["audit"])

    def note(self, by: str, action: str, **told: object) -> None:
        """Write down that `by` did `action` (such as `photo.label`), and to what."""
        line = {"_id": str(uuid6.uuid7()), "at": datetime.now(UTC), "by": by, "action": action}
        with outages():
            self._lines.insert_one({**line, **told})
