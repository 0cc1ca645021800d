"""The model versions of a collection, as their folders in the bucket tell of them."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from functions.learning.told_report import ReportNumbers
from functions.runtime.manifest import MANIFEST, BrokenVersion, is_name
from functions.runtime.models import BUCKET, GENERAL, Models, Pointer, Reads
from functions.runtime.storage import ObjectStat

DAMAGED: Final = "damaged"
"""The kind of a version whose manifest can't be read."""

# <recipe>-<date>-<time>-<digest>; other folders of a collection are not versions.
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+-[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")

Versions = Mapping[str, Sequence[ObjectStat]]
"""The objects of each version by its name."""


class Lists(Protocol):
    """What is needed of a storage to see which versions there are."""

    def list(self, bucket: str, prefix: str = "") -> Iterator[ObjectStat]:
        """The objects whose keys begin so; raises Outage."""


@dataclass(frozen=True)
class ModelVersion:
    """One finished version. `photos` it was learned from; None where it does not tell."""

    version: str
    kind: str
    made: datetime
    photos: int | None
    report: ReportNumbers | None


def versions_in(storage: Lists, collection: str) -> Versions:
    """The versions of a collection, half-made ones too; raises Outage."""
    versions: dict[str, list[ObjectStat]] = defaultdict(list)
    for stat in storage.list(BUCKET, f"{collection}/"):
        version, slash, _ = stat.key.removeprefix(f"{collection}/").partition("/")
        if slash and _NAME.fullmatch(version):
            versions[version].append(stat)
    return versions


def finished(versions: Versions) -> Mapping[str, datetime]:
    """When each was finished, newest first; half-made ones are not among them."""
    made = [
        (stat.modified, name)
        for name, objects in versions.items()
        for stat in objects
        if is_manifest(stat)
    ]
    return {name: at for at, name in sorted(made, reverse=True)}


def is_manifest(stat: ObjectStat) -> bool:
    """Whether this is the file that makes a folder a version."""
    return stat.key.rpartition("/")[2] == MANIFEST


def is_there(storage: Reads, collection: str, version: str) -> bool:
    """Whether the collection has this finished version, damaged or not; raises Outage."""
    return (
        is_name(version) and storage.read(BUCKET, f"{collection}/{version}/{MANIFEST}") is not None
    )


def read_version(storage: Reads, collection: str, version: str, made: datetime) -> ModelVersion:
    """What a version tells of itself; raises Outage."""
    try:
        kind = Models(storage).manifest(collection, version).kind
    except BrokenVersion:
        kind = DAMAGED
    report = storage.read(BUCKET, f"{collection}/{version}/report.json")
    return ModelVersion(
        version=version,
        kind=kind,
        made=made,
        photos=_photos(storage, f"{collection}/{version}/data.json"),
        report=ReportNumbers.read(report.data) if report else None,
    )


def marks(version: str, pointer: Pointer | None, pinned: str | None) -> list[str]:
    """What a version is just now: current, previous, pinned."""
    current = pointer.version if pointer else GENERAL
    previous = pointer.previous if pointer else None
    told = {"current": current, "previous": previous, "pinned": pinned}
    return [word for word, named in told.items() if named == version]


def _photos(storage: Reads, key: str) -> int | None:
    stored = storage.read(BUCKET, key)
    try:
        learned = json.loads(stored.data)["photos"] if stored else None
    except (ValueError, KeyError, TypeError):
        # Another release wrote it.
        return None
    return len(learned) if isinstance(learned, dict) else None
