"""What can be seen of one collection's photos: records, derived objects, features, deliveries."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from minio import Minio
from minio.error import S3Error

from functions.augment.variants import NAMES
from functions.runtime.metadata import decoded
from functions.runtime.photo import photo_of_upload
from infra.wiring import WIRING, Row
from tests.documents import Documents

Document = dict[str, Any]


@dataclass(frozen=True)
class SeenObject:
    """An object with its bytes and its user metadata."""

    etag: str
    data: bytes
    metadata: Mapping[str, str]


@dataclass(frozen=True)
class Seen:
    """The collection as it is now; photos are named by their keys in `uploads`."""

    storage: Minio
    documents: Documents
    collection: str
    rows: tuple[Row, ...] = WIRING

    def record(self, key: str) -> Document:
        """The photo's record; an empty one when there is none."""
        return self.documents["photos"].find_one({"_id": photo_of_upload(key).id}) or {}

    def state(self, key: str) -> str | None:
        """The photo's state."""
        return self.record(key).get("state")

    def features(self, key: str) -> Document | None:
        """The photo's features."""
        return self.documents["features"].find_one({"_id": photo_of_upload(key).id})

    def delivery(self, function: str, key: str) -> Document:
        """What the function owes this upload, or the image made of it; empty when nothing yet."""
        row = next(row for row in self.rows if row.function == function)
        at = key if row.listens_to == "uploads" else photo_of_upload(key).image
        return self.documents[row.inbox].find_one({"_id": f"{row.listens_to}/{at}"}) or {}

    def deliveries(self, **like: object) -> list[Document]:
        """Every delivery of the collection, or those with these fields."""
        mine = {"key": {"$regex": f"^{re.escape(self.collection)}/"}, **like}
        return [found for row in self.rows for found in self.documents[row.inbox].find(mine)]

    def at_rest(self) -> bool:
        """Whether no function owes this collection any work now."""
        return not self.deliveries(due={"$exists": True})

    def object(self, bucket: str, key: str) -> SeenObject | None:
        """An object, or None."""
        try:
            answer = self.storage.get_object(bucket_name=bucket, object_name=key)
        except S3Error as error:
            if error.code != "NoSuchKey":
                raise
            return None
        with answer:
            etag = answer.headers["ETag"].strip('"')
            return SeenObject(etag, answer.read(), decoded(answer.headers))

    def keys(self, bucket: str, prefix: str = "") -> set[str]:
        """The collection's keys in a bucket."""
        found = self.storage.list_objects(
            bucket_name=bucket, prefix=f"{self.collection}/{prefix}", recursive=True
        )
        return {entry.object_name or "" for entry in found}

    def variants(self, key: str) -> set[str]:
        """The names of the photo's variants."""
        photo = photo_of_upload(key)
        there = self.keys("variants", f"{photo.id}/")
        return {variant.rpartition("/")[2].removesuffix(".jpg") for variant in there}

    def say_ready(self, keys: Iterable[str]) -> bool:
        """Whether every photo's record says ready."""
        ids = [photo_of_upload(key).id for key in keys]
        ready = self.documents["photos"].count_documents({"_id": {"$in": ids}, "state": "ready"})
        return ready == len(ids)

    def are_ready(self, keys: Iterable[str]) -> bool:
        """Whether every photo is ready and no function owes the collection anything."""
        return self.say_ready(keys) and self.at_rest()

    def check_whole(self, keys: Iterable[str]) -> None:
        """Assert that each photo has all that it should, made of its present bytes, once."""
        expected = list(keys)
        ids = {photo_of_upload(key).id for key in expected}
        assert self.deliveries(state="parked") == []
        assert {row["_id"] for row in self._own("photos")} == ids
        assert {row["_id"] for row in self._own("features")} == ids
        images = {photo_of_upload(key).image for key in expected}
        assert self.keys("images") == self.keys("thumbnails") == images
        variants = {photo_of_upload(key).variant(name) for key in expected for name in NAMES}
        assert self.keys("variants") == variants
        for key in expected:
            self._check_made_of_present_bytes(key)

    def _check_made_of_present_bytes(self, key: str) -> None:
        upload, record = self.object("uploads", key), self.record(key)
        image = self.object("images", photo_of_upload(key).image)
        assert upload is not None
        assert image is not None
        received = record["functions"]["on_upload"]
        assert image.metadata["source-etag"] == received["etag"] == upload.etag
        assert record["image_etag"] == image.etag
        for name in record["wired"]:
            assert record["functions"][name]["state"] == "done"
        variants = {self._source(photo_of_upload(key).variant(name)) for name in NAMES}
        features = self.features(key)
        assert features is not None
        assert variants == {image.etag} == {features["etag"]}

    def _source(self, variant: str) -> str:
        head = self.storage.stat_object(bucket_name="variants", object_name=variant)
        return decoded(head.metadata or {})["source-etag"]

    def check_gone(self, key: str) -> bool:
        """Assert that nothing made of the photo is left and its record is at most a tombstone.

        Asked for with `eventually`: the second way of an event may open a row once more, seconds
        after the first, for a moment and to no effect.
        """
        photo = photo_of_upload(key)
        for bucket, derived in (("images", photo.image), ("thumbnails", photo.image)):
            assert self.object(bucket, derived) is None
        assert self.variants(key) == set()
        assert self.features(key) is None
        record = self.record(key)
        if record:
            told = {"_id", "collection", "uploaded_at", "schema", "state", "removed_at"}
            assert record.keys() <= told
            assert record["state"] == "removed"
        assert self.at_rest()
        return True

    def _own(self, documents: str) -> list[Document]:
        return list(self.documents[documents].find({"collection": self.collection}, {"_id": 1}))
