"""Free space: nothing is handed out that storage would soon have no room for."""

import json
import logging
import threading
import time
from typing import Final
from urllib.parse import urlsplit

import urllib3
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException

from functions.api.refusals import NoSpace
from functions.api.settings import ApiSettings
from functions.runtime import log

_SECONDS: Final = 5.0
"""How long an answer of MinIO counts."""

_UNKNOWN: Final = (
    *(MinioAdminException, urllib3.exceptions.HTTPError, OSError),
    # An answer of another shape, as another version may give.
    *(ValueError, LookupError, TypeError),
)
_TIMEOUT: Final = urllib3.Timeout(connect=1, read=2)


class Space:
    """The room on MinIO's drives, asked for at most every 5 s however many want to know."""

    def __init__(self, settings: ApiSettings) -> None:
        url = urlsplit(settings.storage_url)
        self._least = settings.least_free_bytes
        self._admin = MinioAdmin(
            endpoint=url.netloc,
            credentials=StaticProvider(
                settings.storage_user, settings.storage_secret.get_secret_value()
            ),
            region=settings.storage_region,
            secure=url.scheme == "https",
            http_client=urllib3.PoolManager(timeout=_TIMEOUT, retries=False),
        )
        self._lock = threading.Lock()
        self._known: int | None = None
        self._asked_at = float("-inf")

    def check(self) -> None:
        """Raises NoSpace below the least free space; passes when MinIO doesn't say."""
        free = self.free()
        if free is not None and free < self._least:
            raise NoSpace("no-space", "There is no room for more photos at the moment.")

    def free(self) -> int | None:
        """Free bytes of the fullest drive, or None when MinIO doesn't say."""
        with self._lock:
            if time.monotonic() - self._asked_at >= _SECONDS:
                self._known = self._asked()
                self._asked_at = time.monotonic()
            return self._known

    def _asked(self) -> int | None:
        try:
            servers = json.loads(self._admin.info())["servers"]
            # Every object has a part on each drive of its set, so the fullest one decides.
            return int(min(drive["availspace"] for one in servers for drive in one["drives"]))
        except _UNKNOWN as error:
            log.said("free space is not known", logging.WARNING, reason=type(error).__name__)
            return None
