"""The pictures of a collection's photos as they stand in the buckets."""

from dataclasses import dataclass

from functions.runtime.photo import PhotoRef
from functions.runtime.storage import Storage, StoredObject


@dataclass(frozen=True)
class StoredPictures:
    """The `images` and `variants` of one collection.

    Every method raises Outage when MinIO can't be used; `image` and `variant` raise
    FileNotFoundError for a picture that is not there.
    """

    storage: Storage
    collection: str

    def image(self, photo: str) -> bytes:
        """The stored image (JPEG) of a photo."""
        return self._read("images", PhotoRef(self.collection, photo).image).data

    def variant(self, photo: str, name: str) -> bytes:
        """One variant (JPEG) of a photo."""
        return self._read("variants", PhotoRef(self.collection, photo).variant(name)).data

    def variant_of(self, photo: str, name: str, etag: str) -> bytes | None:
        """One variant, or None unless it is there and was made of the image with this etag."""
        found = self.storage.read("variants", PhotoRef(self.collection, photo).variant(name))
        made_of = found.metadata.get("source-etag") if found else None
        return found.data if found and made_of == etag else None

    def _read(self, bucket: str, key: str) -> StoredObject:
        found = self.storage.read(bucket, key)
        if found is None:
            raise FileNotFoundError(f"{bucket}/{key} is not there")
        return found
