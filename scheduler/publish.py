"""Puts model versions into the bucket: the files first, then the manifest, the pointer last."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

from functions.runtime.manifest import MANIFEST, BrokenVersion
from functions.runtime.models import BUCKET, POINTER, Models, Pointer, Reads
from functions.runtime.storage import ObjectStat
from scheduler.version_folder import read_folder

SET_UP: Final = "set-up"
TYPES: Final = {".json": "application/json"}


class Bucket(Reads, Protocol):
    """What is needed of a storage here; each method raises Outage."""

    def write(
        self, bucket: str, key: str, data: bytes, type: str, metadata: Mapping[str, str]
    ) -> str:
        """Puts an object in place and returns its etag."""

    def remove(self, bucket: str, key: str) -> None:
        """Takes an object away; one that is not there is no error."""

    def list(self, bucket: str, prefix: str = "") -> Iterator[ObjectStat]:
        """The objects whose keys begin so."""


def publish(storage: Bucket, folder: Path) -> bool:
    """Puts the version of a folder into the bucket; False when it was there, whole.

    A version is never changed: one that lacks files, because somebody stopped half-way, is put
    again as a whole. Raises BrokenVersion for a damaged folder, and Outage.
    """
    manifest, files = read_folder(folder)
    prefix = f"{manifest.collection}/{manifest.version}/"
    there = {stat.key.removeprefix(prefix): stat.size for stat in storage.list(BUCKET, prefix)}
    if MANIFEST in there and there.keys() >= files.keys():
        return False
    for name, data in [*files.items(), (MANIFEST, (folder / MANIFEST).read_bytes())]:
        _write(storage, prefix + name, data)
    return True


def current(storage: Reads, collection: str) -> Pointer | None:
    """Where the pointer points, for whoever moves it; raises Outage.

    None when it can't be read, too: whoever moves such a pointer mends it.
    """
    try:
        return Models(storage).pointer(collection)
    except BrokenVersion:
        return None


def point(storage: Bucket, collection: str, version: str, set_by: str) -> bool:
    """Makes a published version the current one; False when it is already. Raises Outage."""
    now = current(storage, collection)
    if now is not None and now.version == version:
        return False
    pointer = Pointer(version, previous=now.version if now else None, set_by=set_by)
    _write(storage, f"{collection}/{POINTER}", pointer.as_json())
    return True


def unpoint(storage: Bucket, collection: str) -> bool:
    """Lets general's version answer for the collection; False when it does. Raises Outage."""
    key = f"{collection}/{POINTER}"
    if storage.read(BUCKET, key) is None:
        return False
    storage.remove(BUCKET, key)
    return True


def publish_shipped(storage: Bucket, folders: Iterable[Path]) -> bool:
    """Publishes what `build_models` built; False when nothing had to be written.

    A pointer is set where there is none and moved where the set-up had set it, so that an upgrade
    brings its new head; a pointer that somebody else has set is theirs.
    """
    wrote = False
    for folder in folders:
        wrote |= publish(storage, folder)
        manifest, _ = read_folder(folder)
        if manifest.kind == "head" and _ours(storage, manifest.collection):
            wrote |= point(storage, manifest.collection, manifest.version, SET_UP)
    return wrote


def _ours(storage: Bucket, collection: str) -> bool:
    now = current(storage, collection)
    return now is None or now.set_by == SET_UP


def _write(storage: Bucket, key: str, data: bytes) -> None:
    kind = TYPES.get(Path(key).suffix, "application/octet-stream")
    storage.write(BUCKET, key, data, kind, {})
