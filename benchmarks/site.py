"""The stack that is measured: servers, a bucket with a queued target alone, the uploader."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import urllib3
from minio import Minio
from minio.notificationconfig import NotificationConfig, QueueConfig
from pymongo import MongoClient
from pymongo.database import Database
from uuid6 import uuid7

from infra.environment import REGION
from infra.layout import Stack
from infra.lifecycle import ready, serving, start
from infra.models import publish_models
from infra.wire_storage import storage_client
from infra.wiring import DATABASE, WIRING, Row

COLLECTION: Final = "bench"
FUNCTIONS: Final = tuple(row.function for row in WIRING)
QUEUED: Final = "queued"
"""The bucket whose events go to one webhook target with a `queue_dir` and to no function."""

_UPLOADS_AT_ONCE: Final = 4

Clock = Mapping[str, float]
"""When the PUT of each key had ended, in seconds of this machine's clock."""


@dataclass(frozen=True)
class Site:
    """A stack with root's lines to its MinIO and Mongo."""

    stack: Stack
    storage: Minio
    database: Database[dict[str, Any]]
    pool: urllib3.PoolManager

    def start_functions(self) -> None:
        """All three functions, ready."""
        start(self.stack, *FUNCTIONS)
        for name in FUNCTIONS:
            ready(self.stack, name)

    def put(self, bucket: str, photo: Path) -> tuple[str, float]:
        """Put one photo through a presigned URL; its key, and when the answer was there."""
        key = f"{COLLECTION}/{uuid7()}"
        url = self.storage.presigned_put_object(bucket_name=bucket, object_name=key)
        body = photo.read_bytes()
        answer = self.pool.request("PUT", url, body=body, headers={"Content-Type": "image/jpeg"})
        ended = time.time()
        if answer.status != 200:
            raise RuntimeError(f"PUT {bucket}/{key}: {answer.status} {answer.data[:200]!r}")
        return key, ended

    def put_all(
        self, bucket: str, photos: Sequence[Path], then: Callable[[str], object] = id
    ) -> Clock:
        """Put photos, four at once, as fast as it goes; `then` hears of each key."""

        def one(photo: Path) -> tuple[str, float]:
            key, ended = self.put(bucket, photo)
            then(key)
            return key, ended

        with ThreadPoolExecutor(_UPLOADS_AT_ONCE) as uploaders:
            return dict(uploaders.map(one, photos))


@contextmanager
def measured_site() -> Iterator[Site]:
    """Servers with the wiring and the models in them, and a collection; no function runs yet."""
    queued = Row(function=QUEUED, port=8010, listens_to=QUEUED, reads=(QUEUED,))
    # The row's function does not exist: photos must not wait for it.
    tuning = {"WIRED": ",".join(FUNCTIONS), "LOG_LEVEL": "INFO"}
    with TemporaryDirectory(prefix="colecionador-bench-") as folder:
        stack = Stack.free(Path(folder), tuning, (*WIRING, queued))
        with (
            serving(stack, _silent),
            MongoClient[dict[str, Any]](stack.mongo_uri(), tz_aware=True, journal=True) as client,
        ):
            publish_models(stack, _silent)
            site = Site(stack, storage_client(stack), client[DATABASE], urllib3.PoolManager(8))
            site.database["collections"].insert_one({"_id": COLLECTION, "owner": "bench"})
            _leave_the_queued_target_alone(site.storage)
            yield site


def _leave_the_queued_target_alone(storage: Minio) -> None:
    target = QueueConfig(
        queue=f"arn:minio:sqs:{REGION}:{QUEUED}_safe:webhook", events=["s3:ObjectCreated:*"]
    )
    storage.set_bucket_notification(
        bucket_name=QUEUED, config=NotificationConfig(queue_config_list=[target])
    )


def _silent(_: str) -> None:
    """The wiring's news are not this program's."""
