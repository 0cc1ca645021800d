"""The thin line to MinIO: whole objects in and out, its errors said in the words of the faults."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Self
from urllib.parse import urlsplit

import urllib3
from minio import Minio

from functions.runtime.faults import Superseded
from functions.runtime.metadata import decoded, encoded
from functions.runtime.settings import StackAccess
from functions.runtime.storage_faults import storage_faults

MOST_BYTES: Final = 50_000_000
"""The largest object read whole, if no other is named; a byte more tells that it is larger."""


@dataclass(frozen=True)
class ObjectStat:
    """An object as a listing tells it; `metadata` is decoded, and empty unless asked for."""

    bucket: str
    key: str
    etag: str
    size: int
    modified: datetime
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class StoredObject(ObjectStat):
    """An object with its content type and its bytes (at most one more than asked for)."""

    type: str
    data: bytes


class Storage:
    """Objects of MinIO with the rights of one user.

    Every method raises Outage when MinIO can't be used, and Superseded when the object went or
    changed in between.
    """

    def __init__(self, client: Minio) -> None:
        self._client = client

    @classmethod
    def connect(cls, settings: StackAccess) -> Self:
        """A storage with this process's credentials; no request is made yet."""
        url = urlsplit(settings.storage_url)
        # One try and no retries: coming back later is the inbox's work, where it can be seen.
        pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=3, read=15), maxsize=16, retries=False
        )
        client = Minio(
            endpoint=url.netloc,
            access_key=settings.storage_user,
            secret_key=settings.storage_secret.get_secret_value(),
            region=settings.storage_region,
            secure=url.scheme == "https",
            http_client=pool,
        )
        return cls(client)

    def read(self, bucket: str, key: str, most: int = MOST_BYTES) -> StoredObject | None:
        """The object as it is now, its etag and bytes from one answer; None when there is none.

        Of one larger than `most` bytes one more than that is read.
        """
        try:
            with storage_faults(f"read {bucket}/{key}"):
                return self._read(bucket, key, most)
        except Superseded:
            return None

    def _read(self, bucket: str, key: str, most: int) -> StoredObject:
        response = self._client.get_object(bucket_name=bucket, object_name=key)
        head = response.headers
        try:
            data = response.read(most + 1)
        finally:
            # A connection with unread bytes can't serve another request.
            if int(head["Content-Length"]) > most:
                response.close()
            response.release_conn()
        return StoredObject(
            bucket=bucket,
            key=key,
            etag=head["ETag"].strip('"'),
            size=int(head["Content-Length"]),
            modified=parsedate_to_datetime(head["Last-Modified"]),
            metadata=decoded(head),
            type=head.get("Content-Type", "application/octet-stream"),
            data=data,
        )

    def write(
        self, bucket: str, key: str, data: bytes, type: str, metadata: Mapping[str, str]
    ) -> str:
        """Put the object in place, whole or not at all; returns its etag."""
        with storage_faults(f"write {bucket}/{key}"):
            written = self._client.put_object(
                bucket_name=bucket,
                object_name=key,
                data=io.BytesIO(data),
                length=len(data),
                content_type=type,
                metadata=dict(encoded(metadata)),
            )
            return (written.etag or "").strip('"')

    def remove(self, bucket: str, key: str) -> None:
        """Take the object away; one that is not there is no error."""
        with storage_faults(f"remove {bucket}/{key}"):
            self._client.remove_object(bucket_name=bucket, object_name=key)

    def stat(self, bucket: str, key: str) -> ObjectStat | None:
        """The one object under this key, or None; its bytes are not read."""
        first = next(self.list(bucket, prefix=key), None)
        return first if first and first.key == key else None

    def list(
        self, bucket: str, prefix: str = "", after: str | None = None, metadata: bool = False
    ) -> Iterator[ObjectStat]:
        """Objects in key order, those after the key `after`; user metadata when asked for."""
        with storage_faults(f"list {bucket}/{prefix}"):
            for found in self._client.list_objects(
                bucket_name=bucket,
                prefix=prefix,
                recursive=True,
                start_after=after,
                include_user_meta=metadata,
            ):
                yield ObjectStat(
                    bucket=bucket,
                    key=found.object_name or "",
                    etag=(found.etag or "").strip('"'),
                    size=found.size or 0,
                    modified=found.last_modified or datetime.now(UTC),
                    metadata=decoded(found.metadata or {}),
                )
