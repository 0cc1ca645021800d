"""Writes one photo after the other to its label's folder, unless it is there."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from colecionador.imports.folder_name import file_of, folder_of
from functions.runtime.database import Document
from functions.runtime.photo import PhotoRef
from functions.runtime.storage import Storage

WRITTEN: Final = "written"
THERE: Final = "there"
MISSING: Final = "missing"


@dataclass(frozen=True)
class Exported:
    """What became of one photo: its `path` when it is written or there, or why not."""

    photo: str
    state: str
    path: Path | None = None
    reason: str = ""


class Exporter:
    """Exports originals, or the upright JPEGs of `images`, into `folder`."""

    def __init__(self, storage: Storage, folder: Path, images: bool) -> None:
        self._storage = storage
        self._folder = folder
        self._images = images

    def export(self, record: Document) -> Exported:
        """Put the photo in place, whole or not at all; raises OSError and Outage.

        A second photo of the same name gets a part of its id into its file's name.
        """
        photo = str(record["_id"])
        try:
            folder = self._folder / folder_of(record["label"])
        except ValueError as reason:
            return Exported(photo, "label", reason=str(reason))
        plain, own = self._places(folder, record)
        digest = None if self._images else record.get("sha256")
        there = _there(digest, plain, own)
        if there:
            return Exported(photo, THERE, there)
        data = self._read(record)
        if data is None:
            return Exported(photo, MISSING, reason="Its bytes are not in storage (any more).")
        there = _there(hashlib.sha256(data).hexdigest(), plain, own)
        if there:
            return Exported(photo, THERE, there)
        place = own if plain.exists() else plain
        _write(place, data)
        return Exported(photo, WRITTEN, place)

    def _places(self, folder: Path, record: Document) -> tuple[Path, Path]:
        ending = ".jpg" if self._images else ""
        photo = str(record["_id"])
        name = record.get("filename") or photo
        mark = f"-{photo[-12:]}"
        return folder / file_of(name, ending), folder / file_of(name, ending, mark)

    def _read(self, record: Document) -> bytes | None:
        photo = PhotoRef(record["collection"], record["_id"])
        bucket, key = ("images", photo.image) if self._images else ("uploads", record["key"])
        found = self._storage.read(bucket, key)
        return found.data if found else None


def _there(digest: str | None, *places: Path) -> Path | None:
    """The first of these files with this sha256."""
    if digest is None:
        return None
    return next((place for place in places if _digest(place) == digest), None)


def _digest(file: Path) -> str | None:
    if not file.is_file():
        return None
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    # A short name: that of the place may be as long as names can be.
    part = place.with_name(f".{hashlib.sha256(place.name.encode()).hexdigest()[:16]}.part")
    part.write_bytes(data)
    part.replace(place)
