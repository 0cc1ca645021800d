"""MinIO's errors, said in the words of the faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import urllib3
from minio.error import InvalidResponseError, S3Error, ServerError

from functions.runtime.faults import Outage, Superseded

_WENT: Final = frozenset({"NoSuchKey", "PreconditionFailed"})
_AWAY: Final = frozenset(
    {
        "AccessDenied",
        "InvalidAccessKeyId",
        "NoSuchBucket",
        "RequestTimeTooSkewed",
        "RequestTimeout",
        "SignatureDoesNotMatch",
        "SlowDown",
        "XMinioServerNotInitialized",
        "XMinioStorageFull",
    }
)


@contextmanager
def storage_faults(doing: str) -> Iterator[None]:
    """Says a changed object as Superseded and an unusable MinIO as Outage; the rest are bugs."""
    try:
        yield
    except S3Error as error:
        if error.code in _WENT:
            raise Superseded(f"{doing}: {error.code}") from error
        if error.code in _AWAY or error.response.status >= 500:
            raise Outage(f"MinIO, {doing}: {error.code}") from error
        raise
    except (urllib3.exceptions.HTTPError, InvalidResponseError, ServerError, OSError) as error:
        raise Outage(f"MinIO, {doing}: {type(error).__name__}") from error
