"""Makes a published version answer from now on, and writes down when and why."""

from pymongo.database import Database

from functions.runtime.database import Document
from scheduler import model_log
from scheduler.publish import Bucket, current, point, unpoint


def swap(
    storage: Bucket,
    database: Database[Document],
    collection: str,
    version: str | None,
    by: str,
    why: str,
) -> bool:
    """Move the collection's pointer to a version, or take it away with None: general's answers.

    False when it points there already; a pointer that can't be read is mended. To be called with
    the lease `models/<collection>`. Raises Outage.
    """
    before = current(storage, collection)
    if version is None:
        moved = unpoint(storage, collection)
    else:
        moved = point(storage, collection, version, by)
    # Killed between the two, the next call finds the pointer moved and the line missing.
    if moved or _is_unsaid(database, collection, version):
        was = before.version if before else None
        previous = was if moved or before is None else before.previous
        model_log.append(database, collection, version, previous, by, why)
    return moved


def _is_unsaid(database: Database[Document], collection: str, version: str | None) -> bool:
    last = model_log.read(database, collection, limit=1)
    return bool(last) and last[0]["version"] != version
