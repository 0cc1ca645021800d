"""What a handler is given: one object as it is now, and the places its outputs go."""

import time
from dataclasses import dataclass

from functions.runtime.claim import Claim
from functions.runtime.faults import ClaimLost
from functions.runtime.photo import PhotoRef
from functions.runtime.records import Fields, Mark, Records
from functions.runtime.storage import Storage


@dataclass(frozen=True)
class Delivery:
    """One claim at work on the content `content` (an etag, or "gone") of its object.

    Every write is refused once the claim's lease may have run out.
    """

    function: str
    version: str
    wired: tuple[str, ...]
    photo: PhotoRef
    claim: Claim
    content: str
    storage: Storage
    records: Records

    def write(self, bucket: str, key: str, jpeg: bytes) -> str:
        """Store one derived JPEG, saying what it was made from; returns its etag."""
        self.check_lease()
        made_from = {"source-etag": self.content, "function-version": self.version}
        return self.storage.write(bucket, key, jpeg, "image/jpeg", made_from)

    def remove(self, bucket: str, key: str) -> None:
        """Take one object away."""
        self.check_lease()
        self.storage.remove(bucket, key)

    def mark(
        self, state: str, fields: Fields, code: str | None = None, reason: str | None = None
    ) -> bool:
        """Write this function's mark and fields into the record, as `Records.write` does."""
        self.check_lease()
        mark = Mark(
            self.function, self.content, self.claim.token, state, self.version, code, reason
        )
        return self.records.write(self.photo, mark, fields)

    def check_lease(self) -> None:
        """Raises ClaimLost when another worker may own the delivery by now."""
        if time.monotonic() >= self.claim.deadline:
            raise ClaimLost(f"{self.claim.row}: the lease ran out during the work")
