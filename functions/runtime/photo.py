"""Which photo a key belongs to: the one place where keys are taken apart and put together."""

import uuid
from dataclasses import dataclass

from functions.runtime.faults import Rejected

# Keys that people choose themselves get a stable id of their own; RFC 9562 section 5.5.
_FOREIGN_KEYS = uuid.NAMESPACE_URL


@dataclass(frozen=True)
class PhotoRef:
    """A photo's place: its collection, its id and the key of its original in `uploads`."""

    collection: str
    id: str

    @property
    def image(self) -> str:
        """The key of the image and of the thumbnail."""
        return f"{self.collection}/{self.id}.jpg"

    def variant(self, name: str) -> str:
        """The key of one variant."""
        return f"{self.collection}/{self.id}/{name}.jpg"


def photo_of_upload(key: str) -> PhotoRef:
    """The photo an object in `uploads` is.

    `<collection>/<UUIDv7>` keeps its id; any other key under a collection gets the UUIDv5 of
    `uploads/<key>`. Raises Rejected when the key has no collection.
    """
    collection, slash, name = key.partition("/")
    if not (collection and slash and name):
        raise Rejected("no-collection", f"The key {key!r} does not begin with a collection.")
    if is_photo_id(name):
        return PhotoRef(collection, name)
    return PhotoRef(collection, str(uuid.uuid5(_FOREIGN_KEYS, f"uploads/{key}")))


def photo_of_image(key: str) -> PhotoRef:
    """The photo an object in `images` shows. Raises Rejected for a key on_upload never writes."""
    collection, _, name = key.partition("/")
    photo_id, dot, ending = name.rpartition(".")
    if not (collection and photo_id and dot) or ending != "jpg" or "/" in photo_id:
        raise Rejected("not-an-image-key", f"No photo has the key {key!r} in images.")
    return PhotoRef(collection, photo_id)


def photo_of_variant(key: str) -> tuple[PhotoRef, str]:
    """The photo and the name of an object in `variants`.

    Raises Rejected for a key augment never writes.
    """
    place, _, name = key.rpartition("/")
    if not name.endswith(".jpg"):
        raise Rejected("not-a-variant-key", f"No photo has the key {key!r} in variants.")
    return photo_of_image(f"{place}.jpg"), name.removesuffix(".jpg")


def is_photo_id(name: str) -> bool:
    """True for the ids the api gives: a UUIDv7 in lower case."""
    try:
        return str(uuid.UUID(name)) == name and uuid.UUID(name).version == 7
    except ValueError:
        return False
