"""Which deliveries somebody means; pure."""

from collections.abc import Collection
from dataclasses import dataclass

from functions.runtime.database import Document
from functions.runtime.photo import PhotoRef


@dataclass(frozen=True)
class Wanted:
    """Deliveries that fit all that is told; without a state those that are not done.

    `photo` comes with its key in uploads.
    """

    state: str | None = None
    function: str | None = None
    collection: str | None = None
    codes: Collection[str] | None = None
    photo: tuple[PhotoRef, str] | None = None

    def fits(self, bucket: str, row: Document) -> bool:
        """Whether a row of the function that listens to the bucket is meant."""
        return (
            (self.state == row["state"] if self.state else row["state"] != "done")
            and (self.codes is None or row.get("code") in self.codes)
            and str(row["_id"]).startswith(self.place(bucket))
        )

    def place(self, bucket: str) -> str:
        """How the ids of these rows begin, the id itself for a photo's."""
        if self.photo is not None:
            ref, key = self.photo
            return f"{bucket}/{key if bucket == 'uploads' else ref.image}"
        return "" if self.collection is None else f"{bucket}/{self.collection}/"
