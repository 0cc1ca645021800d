"""The `models` bucket as it is read: pointers to current versions, and versions that are whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from pydantic import TypeAdapter, ValidationError

from functions.runtime.manifest import MANIFEST, BrokenVersion, Manifest, Name, is_name, why
from functions.runtime.storage import StoredObject

BUCKET: Final = "models"
GENERAL: Final = "general"
"""The collection whose head answers for every collection that has none of its own."""

BACKBONE: Final = "backbone"
POINTER: Final = "current.json"


class Reads(Protocol):
    """What is needed of a storage here."""

    def read(self, bucket: str, key: str) -> StoredObject | None:
        """The object, or None; raises Outage."""


@dataclass(frozen=True)
class Pointer:
    """Which version of a collection is current, as its `current.json` says.

    `previous` was current before it: a process that starts while the current one is broken
    answers with that. `set_by` tells who moved the pointer last.
    """

    version: Name
    previous: Name | None = None
    set_by: str = ""

    def as_json(self) -> bytes:
        """The pointer as it is stored."""
        return _POINTER.dump_json(self)

    @staticmethod
    def read(data: bytes) -> "Pointer":
        """The pointer in these bytes; raises BrokenVersion when they name no version."""
        try:
            return _POINTER.validate_json(data)
        except ValidationError as error:
            raise BrokenVersion(f"the pointer names no version: {why(error)}") from error


_POINTER: Final = TypeAdapter(Pointer)


@dataclass(frozen=True)
class Version:
    """A version read whole: every file of its manifest, each with the right sha256."""

    manifest: Manifest
    files: Mapping[str, bytes]


class Models:
    """The versions in the bucket. Every method raises Outage when MinIO can't be used."""

    def __init__(self, storage: Reads) -> None:
        self._storage = storage

    def pointer(self, collection: str) -> Pointer | None:
        """Where the collection's pointer points; None when it has none. Raises BrokenVersion."""
        data = self._data(f"{collection}/{POINTER}")
        return None if data is None else Pointer.read(data)

    def version(self, collection: str, name: str) -> Version:
        """The version `name` of the collection (or of `backbone`), checked.

        Raises BrokenVersion when a file is missing or has changed.
        """
        manifest, folder = self.manifest(collection, name), f"{collection}/{name}"
        files = {
            file: manifest.check(file, self._data(f"{folder}/{file}")) for file in manifest.files
        }
        return Version(manifest, files)

    def manifest(self, collection: str, name: str) -> Manifest:
        """What the version `name` says of itself; raises BrokenVersion when it says nothing."""
        if not is_name(name):
            raise BrokenVersion(f"no version can be called {name!r}")
        data = self._data(f"{collection}/{name}/{MANIFEST}")
        if data is None:
            raise BrokenVersion(f"{MANIFEST} is missing")
        manifest = Manifest.read(data)
        if (manifest.collection, manifest.version) != (collection, name):
            raise BrokenVersion("the manifest is that of another version")
        return manifest

    def _data(self, key: str) -> bytes | None:
        stored = self._storage.read(BUCKET, key)
        return None if stored is None else stored.data
