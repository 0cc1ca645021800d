"""A `models` bucket in memory, for tests of what is decided from its objects."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from functions.runtime.faults import Outage
from functions.runtime.storage import ObjectStat, StoredObject

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


class MemoryBucket:
    """Keeps objects by key and notes the keys written; `away` makes it unreachable."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.written: list[str] = []
        self.away = False

    def read(self, bucket: str, key: str) -> StoredObject | None:
        """The object as Storage reads it."""
        self._reach()
        data = self.objects.get(key)
        if data is None:
            return None
        etag = hashlib.md5(data).hexdigest()
        return StoredObject(bucket, key, etag, len(data), WHEN, {}, "", data)

    def write(
        self, bucket: str, key: str, data: bytes, type: str, metadata: Mapping[str, str]
    ) -> str:
        """Keeps the object; returns its etag."""
        self._reach()
        self.objects[key] = data
        self.written.append(key)
        return hashlib.md5(data).hexdigest()

    def remove(self, bucket: str, key: str) -> None:
        """Takes the object away."""
        self._reach()
        self.objects.pop(key, None)

    def list(self, bucket: str, prefix: str = "") -> Iterator[ObjectStat]:
        """The objects whose keys begin so, in key order."""
        self._reach()
        for key in sorted(self.objects):
            if key.startswith(prefix):
                yield ObjectStat(bucket, key, "", len(self.objects[key]), WHEN, {})

    def _reach(self) -> None:
        if self.away:
            raise Outage("the bucket is away")
