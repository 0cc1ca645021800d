"""Writes what people said of photos into the bucket, so that it outlives Mongo."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from pymongo.database import Database

from functions.runtime import log
from functions.runtime.database import LONG_AGO, Document, outages, server_time
from functions.runtime.models import BUCKET
from functions.runtime.storage import Storage
from scheduler.batches import batches
from scheduler.label_lines import FOLDER, Line, as_bytes, key_of, read_lines

_UNTIL: Final = "until"
"""In the log's metadata: changes before this time (RFC 3339) are in it."""

_UNDER_WAY: Final = timedelta(seconds=20)
"""A change gets its time when it begins, and is seen when it ends; it has ended by then."""

_AT_ONCE: Final = 500
_AHEAD: Final = timedelta(days=1)
_TYPE: Final = "application/jsonl"
_FIELDS: Final = dict.fromkeys(("key", "sha256", "label", "label_history"), 1)


class LabelLog:
    """The logs `labels/<collection>.jsonl`, a line for each photo that was ever labelled.

    Every method raises Outage when MinIO or Mongo can't be used.
    """

    def __init__(self, storage: Storage, database: Database[Document]) -> None:
        self._storage = storage
        self._database = database

    def write(self, every: bool = False) -> list[str]:
        """Bring the logs of changed labels up to date, or `every` one; returns whose were written.

        Removed photos drop out of what is written. A log that somebody has damaged is left as it
        is, and said.
        """
        with outages():
            names = [row["_id"] for row in self._database["collections"].find({}, {"_id": 1})]
        until = self._until()
        return [name for name in names if self._written(name, until.get(key_of(name)), every)]

    def _until(self) -> Mapping[str, datetime]:
        """Up to when each log there is tells everything, by its key."""
        listed = self._storage.list(BUCKET, FOLDER, metadata=True)
        return {one.key: _moment(one.metadata.get(_UNTIL, "")) for one in listed}

    def _written(self, collection: str, until: datetime | None, anyway: bool) -> bool:
        now = server_time(self._database)
        changed = list(self._changed(collection, until or LONG_AGO, now + _AHEAD))
        if not changed and not (anyway and until):
            return False
        try:
            before = read_lines(self._storage, collection) if until else {}
        except ValueError as damage:
            log.said("a label log was not written", logging.WARNING, reason=str(damage))
            return False
        lines = self._without_removed(_merged(before, changed))
        told = {_UNTIL: (now - _UNDER_WAY).isoformat()}
        self._storage.write(BUCKET, key_of(collection), as_bytes(lines), _TYPE, told)
        return True

    def _changed(self, collection: str, since: datetime, until: datetime) -> Iterator[Line]:
        # Both ends closed: an open range is read whole.
        rule = {"collection": collection, "labelled_at": {"$gte": since, "$lte": until}}
        with outages():
            for record in self._database["photos"].find(rule, _FIELDS):
                yield Line.of(record)

    def _without_removed(self, lines: Iterable[Line]) -> Iterator[Line]:
        # Asked by id: tombstones are not among the labelled photos of any index.
        for some in batches(lines, _AT_ONCE):
            rule = {"_id": {"$in": [line.photo for line in some]}}
            with outages():
                found = self._database["photos"].find(rule, {"removed_at": 1})
                removed = {record["_id"] for record in found if "removed_at" in record}
            yield from (line for line in some if line.photo not in removed)


def _merged(before: Mapping[str, Line], changed: Iterable[Line]) -> Iterable[Line]:
    lines = dict(before)
    for line in changed:
        earlier = before.get(line.photo)
        # Until somebody restores them, the log is the only place where lost labels stand.
        if earlier is None or not line.forgets(earlier):
            lines[line.photo] = line
    return lines.values()


def _moment(text: str) -> datetime:
    """The time in a log's metadata; long ago when somebody has put the log there."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return LONG_AGO
