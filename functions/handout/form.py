"""The presigned form with which a phone puts one photo into storage, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from minio.credentials.credentials import Credentials
from minio.datatypes import PostPolicy

from functions.runtime.metadata import PREFIX, encoded
from functions.runtime.photo import PhotoRef
from functions.runtime.storage import MOST_BYTES

BUCKET: Final = "uploads"
FORM_LIFE: Final = timedelta(minutes=15)
"""How long a form can be used; the reconciler looks for what came in that time."""

ANY_TYPE: Final = "application/octet-stream"
"""What pickers say that don't know what they picked."""

_IMAGE: Final = "image/"
_MOST_METADATA: Final = 2048
"""S3's limit, names and values together, in bytes."""


@dataclass(frozen=True)
class Announced:
    """What a sender says of a photo before it comes: `size` in bytes, `sha256` in hex."""

    filename: str
    size: int
    type: str = ANY_TYPE
    label: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Form:
    """One photo's form: all of `fields`, then the field `file`, go to `url` as a multipart POST.

    Storage answers 204 when the photo is stored; until `expires` the form can be used again.
    """

    photo: str
    url: str
    fields: Mapping[str, str] = field(repr=False)
    expires: datetime
    max_bytes: int = MOST_BYTES


@dataclass(frozen=True)
class Signer:
    """Signs forms with a storage user's credentials; no connection is made.

    `storage_url` is MinIO as phones see it; the signature holds under any name of the server.
    """

    storage_url: str
    user: str
    secret: str = field(repr=False)
    region: str = "us-east-1"
    life: timedelta = FORM_LIFE

    def form(self, photo: PhotoRef, owner: str, announced: Announced) -> Form:
        """A form that stores this photo only: its key, owner, name, label, sha256, kind and size.

        Raises ValueError when filename, owner and label together are too long for metadata.
        """
        said = {
            "owner": owner,
            "filename": announced.filename,
            "label": announced.label,
            "sha256": announced.sha256,
        }
        metadata = _metadata({name: value for name, value in said.items() if value})
        kind = announced.type if announced.type.startswith(_IMAGE) else ANY_TYPE
        fields = {"key": f"{photo.collection}/{photo.id}", **metadata}
        expires = datetime.now(UTC) + self.life
        policy = _policy(fields, kind, expires)
        signed = policy.form_data(Credentials(self.user, self.secret), self.region)
        return Form(
            photo=photo.id,
            url=f"{self.storage_url.rstrip('/')}/{BUCKET}",
            fields={**fields, "Content-Type": kind, **signed},
            expires=expires,
        )


def _policy(fields: Mapping[str, str], kind: str, expires: datetime) -> PostPolicy:
    policy = PostPolicy(BUCKET, expires)
    policy.add_content_length_range_condition(1, MOST_BYTES)
    # A phone may know better which kind of picture it has, but not make it another thing.
    prefix = _IMAGE if kind.startswith(_IMAGE) else ANY_TYPE
    policy.add_starts_with_condition("Content-Type", prefix)
    for name, value in fields.items():
        policy.add_equals_condition(name, value)
    return policy


def _metadata(said: Mapping[str, str]) -> dict[str, str]:
    fields = {f"{PREFIX}{name}": value for name, value in encoded(said).items()}
    length = sum(len(name) - len(PREFIX) + len(value) for name, value in fields.items())
    if length > _MOST_METADATA:
        raise ValueError("The names of the file, its owner and its label are too long together.")
    return fields
