"""A phone: sends photos straight into storage, through presigned forms as the product hands out."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import requests
import uuid6
from minio import Minio
from minio.datatypes import PostPolicy

from functions.runtime.metadata import PREFIX, encoded

SAMPLES: Final = Path(__file__).parent / "samples"

PHOTOS: Final = tuple(path.read_bytes() for path in sorted(SAMPLES.glob("clothes/*/*.jpg")))
"""Two dozen real photos, all different."""


@dataclass(frozen=True)
class Form:
    """A presigned form for one photo; it may be sent again while it lives."""

    url: str
    fields: Mapping[str, str]

    @property
    def key(self) -> str:
        """Where the photo will be in `uploads`."""
        return self.fields["key"]

    def send(self, photo: bytes) -> int:
        """Send the photo; returns storage's status, 204 when it is stored."""
        # A file's name makes requests send an empty file too.
        file = {"file": ("photo", photo)}
        return requests.post(self.url, data=self.fields, files=file, timeout=30).status_code


@dataclass(frozen=True)
class Phone:
    """Sends photos into one collection; `storage` signs the forms."""

    storage: Minio
    url: str
    collection: str

    def form(self, metadata: Mapping[str, str] | None = None, key: str | None = None) -> Form:
        """A form for a new photo, or for `key`; `metadata` is sent as it is given."""
        told = {"owner": "ana", **(metadata or {})}
        fields = {
            "key": key or f"{self.collection}/{uuid6.uuid7()}",
            "Content-Type": "image/jpeg",
            **{PREFIX + name: value for name, value in told.items()},
        }
        policy = PostPolicy("uploads", datetime.now(UTC) + timedelta(minutes=10))
        policy.add_content_length_range_condition(0, 50_000_000)
        for name, value in fields.items():
            policy.add_equals_condition(name, value)
        signed = self.storage.presigned_post_policy(policy)
        return Form(f"{self.url}/uploads", {**fields, **signed})

    def send(self, photo: bytes = PHOTOS[0], key: str | None = None, **metadata: str) -> str:
        """Send one photo and return its key; what is said beside it is percent-encoded."""
        form = self.form(encoded(metadata), key)
        status = form.send(photo)
        assert status == 204, f"storage answered {status}"
        return form.key

    def send_all(self, photos: Iterable[bytes]) -> list[str]:
        """Send photos, four at once; returns their keys in the photos' order."""
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(self.send, photos))

    def insist(self, photo: bytes) -> str:
        """Send one photo again and again until storage has it, as a phone does."""
        form = self.form()
        deadline = datetime.now(UTC) + timedelta(seconds=180)
        while not _is_stored(form, photo):
            assert datetime.now(UTC) < deadline, "storage took no photo for three minutes"
        return form.key

    def insist_all(self, photos: Iterable[bytes]) -> list[str]:
        """As `send_all`, insisting."""
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(self.insist, photos))


def _is_stored(form: Form, photo: bytes) -> bool:
    try:
        return form.send(photo) == 204
    except requests.RequestException:
        return False
