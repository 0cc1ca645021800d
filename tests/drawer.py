"""A collection filled by hand, for tests of what people say of photos."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import uuid6

from functions.runtime.database import Document
from functions.runtime.labels import Labels
from tests.documents import Documents


@dataclass(frozen=True)
class Drawer:
    """A collection of photos that no function works on, with the operator's rights."""

    name: str
    database: Documents

    @classmethod
    def new(cls, database: Documents) -> "Drawer":
        """An empty one."""
        name = f"drawer-{uuid6.uuid7().hex[-12:]}"
        database["collections"].insert_one({"_id": name, "name": name, "owner": "ana"})
        return cls(name, database)

    @property
    def labels(self) -> Labels:
        """What can be said of its photos."""
        return Labels.of(self.database)

    def photo(self, **told: Any) -> str:
        """A new photo that is ready; returns its id."""
        photo = str(uuid6.uuid7())
        record = {
            "_id": photo,
            "collection": self.name,
            "key": f"{self.name}/{photo}",
            "state": "ready",
            "uploaded_at": datetime.now(UTC),
            "received_etag": "e1",
            "sha256": f"sha256 of {photo}",
        }
        self.database["photos"].insert_one({**record, **told})
        return photo

    def labelled(self, *labels: str) -> list[str]:
        """A new photo for each label, as `ana` said it."""
        photos = [self.photo() for _ in labels]
        for photo, label in zip(photos, labels, strict=True):
            self.labels.put(photo, label, "ana")
        return photos

    def record(self, photo: str) -> Document:
        """The photo's record."""
        return self.database["photos"].find_one({"_id": photo}) or {}

    def labels_of(self, *photos: str) -> list[str]:
        """What the photos show."""
        return [self.record(photo)["label"] for photo in photos]

    def history(self, photo: str) -> list[tuple[str | None, str, str]]:
        """Label, who, and bytes of each entry."""
        history = self.record(photo)["label_history"]
        return [(entry["label"], entry["by"], entry["etag"]) for entry in history]
