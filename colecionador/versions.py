"""The model versions of a collection, as their folders in the bucket tell of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from colecionador.operator import Operator
from functions.runtime.database import Document
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import BUCKET, GENERAL, Models, Pointer
from functions.runtime.storage import Storage
from scheduler.retention import finished, versions_in


@dataclass(frozen=True)
class Shown:
    """One version. `photos` it was learned from, `accuracy` with its interval in words, `reason`:
    what the gate said; empty where the version does not tell. `marks`: current, previous, pinned.
    """

    version: str
    kind: str
    made: datetime
    photos: str
    accuracy: str
    marks: Sequence[str]
    reason: str


def versions_of(operator: Operator, found: Document) -> list[Shown]:
    """The finished versions of a collection, newest first.

    Raises BrokenVersion when the pointer can't be read, and Outage.
    """
    collection, storage = str(found["_id"]), operator.storage
    pointer = Models(storage).pointer(collection)
    made = finished(versions_in(storage, collection))
    return [
        _shown(storage, collection, name, at, marks(name, pointer, found.get("pinned")))
        for name, at in made.items()
    ]


def marks(version: str, pointer: Pointer | None, pinned: str | None) -> list[str]:
    """What a version is just now."""
    current = pointer.version if pointer else GENERAL
    previous = pointer.previous if pointer else None
    told = {"current": current, "previous": previous, "pinned": pinned}
    return [word for word, named in told.items() if named == version]


def _shown(
    storage: Storage, collection: str, version: str, made: datetime, marks: Sequence[str]
) -> Shown:
    try:
        kind = Models(storage).manifest(collection, version).kind
    except BrokenVersion:
        kind = "damaged"
    report = _told(storage, f"{collection}/{version}/report.json")
    data = _told(storage, f"{collection}/{version}/data.json")
    photos = str(len(data["photos"])) if isinstance(data.get("photos"), dict) else ""
    reason = str(report.get("reason") or "")
    return Shown(version, kind, made, photos, _accuracy(report), marks, reason)


def _told(storage: Storage, key: str) -> dict[str, Any]:
    """The JSON object of a version's file; empty when it is missing or something else."""
    stored = storage.read(BUCKET, key)
    try:
        told = json.loads(stored.data) if stored else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _accuracy(report: dict[str, Any]) -> str:
    """Such as `87 % (80 to 92 %)`."""
    judged = report.get("judged")
    try:
        share, interval = judged["accuracy"], judged["interval"]  # type: ignore[index]
        return f"{share:.0%} ({100 * interval['low']:.0f} to {interval['high']:.0%})"
    except (KeyError, TypeError, ValueError):
        # Nothing was judged, or another release wrote the report.
        return ""
