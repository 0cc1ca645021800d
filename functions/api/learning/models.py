"""A collection's model versions, what answered when, and the files to take along."""

from datetime import datetime
from typing import Final

from pydantic import AwareDatetime
from pymongo.database import Database

from functions.api.cursor import Cursor, PageQuery
from functions.api.newest import id_at, newest
from functions.api.refusals import Conflict, NotFound
from functions.api.signed_links import SignedLinks
from functions.learning.versions import (
    ModelVersion,
    finished,
    is_there,
    marks,
    read_version,
    versions_in,
)
from functions.runtime.database import LONG_AGO, Document
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import BUCKET, GENERAL, Models
from functions.runtime.storage import Storage

_MADE: Final = Cursor(tuple[AwareDatetime, str])


def models_page(storage: Storage, collection: Document, query: PageQuery) -> Document:
    """The collection's versions as `ModelsPage` has them. Raises Wrong and Outage."""
    name, pinned = str(collection["_id"]), collection.get("pinned")
    before = _MADE.read(query.cursor)
    try:
        pointer = Models(storage).pointer(name)
        current = pointer.version if pointer else GENERAL
    except BrokenVersion:
        pointer, current = None, None
    made = [
        (version, at)
        for version, at in finished(versions_in(storage, name)).items()
        if before is None or (at, version) < before
    ]
    page, more = made[: query.limit], len(made) > query.limit
    items = [
        _told(read_version(storage, name, version, at), marks(version, pointer, pinned))
        for version, at in page
    ]
    after = _MADE.after((page[-1][1], page[-1][0])) if more else None
    return {"current": current, "pinned": pinned, "items": items, "next": after}


def log_page(database: Database[Document], collection: Document, query: PageQuery) -> Document:
    """What answered when as `ModelLogPage` has it. Raises Wrong and Outage."""
    rule = {"collection": collection["_id"]}
    # The log only grows: an older line is of a collection that had this id and was deleted.
    first = id_at(collection.get("created_at", LONG_AGO))
    page = newest(database["model_log"], rule, query, first)
    return {"items": [_line(line) for line in page.rows], "next": page.next}


def files_of(
    storage: Storage, collection: str, version: str, signed: SignedLinks, now: datetime
) -> Document:
    """The version's files as `ModelFiles` has them. Raises NotFound, Conflict and Outage."""
    check_there(storage, collection, version)
    try:
        manifest = Models(storage).manifest(collection, version)
    except BrokenVersion as broken:
        raise Conflict("damaged-version", f"The version is damaged: {broken}.") from broken
    place = f"{collection}/{version}"
    items = [
        {
            "name": name,
            "bytes": stamp.bytes,
            "sha256": stamp.sha256,
            "url": signed.to(BUCKET, f"{place}/{name}", now, saved_as=name),
        }
        for name, stamp in sorted(manifest.files.items())
    ]
    return {"version": version, "items": items, "links_expire": signed.expire(now)}


def check_there(storage: Storage, collection: str, version: str) -> None:
    """Raises NotFound when the collection has no such version of its own, and Outage."""
    if not is_there(storage, collection, version):
        raise NotFound("There is no such version.")


def _told(one: ModelVersion, marked: list[str]) -> Document:
    judged = one.report.judged if one.report else None
    span = judged.interval if judged else None
    return {
        "version": one.version,
        "kind": one.kind,
        "made_at": one.made,
        "photos": one.photos,
        "accuracy": judged.accuracy if judged else None,
        "interval": (span.low, span.high) if span else None,
        "marks": marked,
        "reason": one.report.reason if one.report else None,
        "report": one.report,
    }


def _line(line: Document) -> Document:
    named = {name: line[name] or GENERAL for name in ("version", "previous")}
    return {**named, **{name: line[name] for name in ("at", "by", "why")}}
