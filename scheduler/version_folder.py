"""A model version on its way to the bucket: its files and manifest in a folder of their own."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from functions.runtime.manifest import MANIFEST, BrokenVersion, Manifest, stamp_of


def digest(*parts: bytes) -> str:
    """Eight hex digits that change when any of the parts does: the ending of a version's name.

    Versions are named by what decides their answers, not by the bytes of the finished files:
    another release of the converter writes other bytes for the same numbers, and must not make
    stored features look old.
    """
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:8]


@dataclass(frozen=True)
class Folder:
    """A finished version in memory; the fields are those of its manifest."""

    collection: str
    version: str
    kind: str
    files: Mapping[str, bytes]
    about: Mapping[str, str]
    backbone: str | None = None
    threshold: float | None = None
    farthest: float | None = None

    def manifest(self) -> Manifest:
        """The manifest of these files, made now."""
        return Manifest(
            collection=self.collection,
            version=self.version,
            kind=self.kind,
            backbone=self.backbone,
            threshold=self.threshold,
            files={name: stamp_of(data) for name, data in self.files.items()},
            created=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            about=self.about,
            farthest=self.farthest,
        )

    def write(self, into: Path) -> Path:
        """Writes `into/<collection>/<version>/`, whole or not at all, over a damaged one."""
        place = into / self.collection / self.version
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(mkdtemp(prefix=".new-", dir=place.parent))
        for name, data in self.files.items():
            (fresh / name).write_bytes(data)
        (fresh / MANIFEST).write_bytes(self.manifest().as_json())
        fresh.chmod(0o755)
        shutil.rmtree(place, ignore_errors=True)
        return fresh.rename(place)


def read_folder(place: Path) -> tuple[Manifest, Mapping[str, bytes]]:
    """The manifest and the checked files of a version folder; raises BrokenVersion."""
    try:
        manifest = Manifest.read((place / MANIFEST).read_bytes())
        files = {name: (place / name).read_bytes() for name in manifest.files}
    except FileNotFoundError as error:
        raise BrokenVersion(f"{error.filename} is missing") from error
    return manifest, {name: manifest.check(name, data) for name, data in files.items()}


def is_whole(place: Path) -> bool:
    """True when the folder holds a version with every file as it was written."""
    try:
        read_folder(place)
    except BrokenVersion:
        return False
    return True
