"""The same work as a plain script would do it: the product's pure functions, one after another."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from pymongo import MongoClient
from pymongo.database import Database

from functions.augment.variants import variants
from functions.classify.findings import whole
from functions.classify.model import Loader, Model
from functions.on_upload.describe import describe
from functions.pictures.budget import PixelBudget
from functions.pictures.jpeg import image_jpeg, thumbnail_jpeg
from functions.pictures.photo import Limits, open_photo
from functions.runtime.models import GENERAL, Models
from functions.runtime.photo import photo_of_upload
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.wire_storage import storage_client
from infra.wiring import DATABASE

BY_HAND = "by-hand-"
"""What the names of the script's buckets begin with: no function listens to them."""


class Places(Protocol):
    """Where the script reads and writes."""

    def read(self, bucket: str, key: str) -> bytes:
        """The bytes of one object."""

    def write(self, bucket: str, key: str, data: bytes) -> None:
        """Store one object."""

    def record(self, photo_id: str, record: Mapping[str, Any], feature: Mapping[str, Any]) -> None:
        """Store the photo's record and its feature."""


class InStorage:
    """MinIO for objects and Mongo for records, as the functions use them."""

    def __init__(self, storage: Storage, database: Database[dict[str, Any]]) -> None:
        self._storage = storage
        self._database = database

    def read(self, bucket: str, key: str) -> bytes:
        """The object's bytes; raises FileNotFoundError."""
        stored = self._storage.read(BY_HAND + bucket, key)
        if stored is None:
            raise FileNotFoundError(key)
        return stored.data

    def write(self, bucket: str, key: str, data: bytes) -> None:
        """One PUT."""
        self._storage.write(BY_HAND + bucket, key, data, "image/jpeg", {"source-etag": "0" * 32})

    def record(self, photo_id: str, record: Mapping[str, Any], feature: Mapping[str, Any]) -> None:
        """One upsert in each of two collections."""
        for name, document in (("photos", record), ("features", feature)):
            self._database[f"by-hand.{name}"].update_one(
                {"_id": photo_id}, {"$set": dict(document)}, upsert=True
            )


class OnDisk:
    """Folders of files, without a server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, bucket: str, key: str) -> bytes:
        """The file's bytes."""
        return (self._folder / bucket / key).read_bytes()

    def write(self, bucket: str, key: str, data: bytes) -> None:
        """One new file."""
        path = self._folder / bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def record(self, photo_id: str, record: Mapping[str, Any], feature: Mapping[str, Any]) -> None:
        """One JSON file and one with the feature's bytes."""
        self.write("records", photo_id, json.dumps(record).encode())
        self.write("features", photo_id, feature["feature"] + feature["fingerprint"])


def receive_and_name(places: Places, model: Model, key: str) -> None:
    """What on_upload and classify do for one photo, the image kept in hand between them."""
    image, said = receive(places, key)
    name(places, model, key, image, said)


def whole_way(places: Places, model: Model, key: str) -> None:
    """What all three functions do for one photo, with the reads that they do."""
    photo = photo_of_upload(key)
    said = receive(places, key)[1]
    name(places, model, key, places.read("images", photo.image), said)
    for variant, jpeg in variants(places.read("images", photo.image)):
        places.write("variants", photo.variant(variant), jpeg)


def receive(places: Places, key: str) -> tuple[bytes, dict[str, Any]]:
    """Image, thumbnail and description of one upload; answers the image and the description."""
    photo = photo_of_upload(key)
    with open_photo(places.read("uploads", key), Limits(), PixelBudget()) as opened:
        image = image_jpeg(opened.image)
        places.write("images", photo.image, image)
        places.write("thumbnails", photo.image, thumbnail_jpeg(opened.image))
        return image, asdict(describe(opened))


def name(places: Places, model: Model, key: str, image: bytes, said: dict[str, Any]) -> None:
    """Category and feature of one image, stored."""
    look = model.look(image)
    feature = {
        "feature": look.features.astype("float16").tobytes(),
        "fingerprint": look.answer.fingerprint.astype("float16").tobytes(),
    }
    places.record(photo_of_upload(key).id, {**said, **whole(image, look.answer)}, feature)


def connected(stack: Stack) -> tuple[InStorage, Model]:
    """Lines of this process's own to the stack's servers, and general's model, loaded."""
    storage = Storage(storage_client(stack))
    client: MongoClient[dict[str, Any]] = MongoClient(stack.mongo_uri(), journal=True)
    models = Models(storage)
    pointer = models.pointer(GENERAL)
    if pointer is None:
        raise RuntimeError("no model is published")
    model = Loader(models)(models.version(GENERAL, pointer.version))
    return InStorage(storage, client[DATABASE]), model
