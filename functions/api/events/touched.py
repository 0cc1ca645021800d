"""What a line of Mongo's change stream says about the fields that people are told of; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from functions.api.events.change import Kind
from functions.runtime.database import Document

KINDS: Final[Mapping[str, Kind]] = {
    "photos": Kind.PHOTO,
    "trainings": Kind.TRAINING,
    "model_log": Kind.MODEL,
    "collections": Kind.COLLECTION,
}
"""The Mongo collections that are watched, and what each is about."""

_TOLD: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.PHOTO: frozenset(
        {"state", "pending", "category", "label", "confidence", "model", "error"}
    ),
    Kind.TRAINING: frozenset({"state", "phase", "progress", "version", "reason"}),
    Kind.MODEL: frozenset({"version", "previous"}),
    Kind.COLLECTION: frozenset(
        {"name", "recognizer", "classifier", "settings", "members", "deletion"}
    ),
}


@dataclass(frozen=True)
class Touched:
    """A document `id` with told fields that changed.

    `values` are those that the line tells, `names` those that have to be looked up. `collection`
    is None where the line does not tell it. One that is `gone` was deleted.
    """

    kind: Kind
    id: str
    at: datetime
    collection: str | None
    values: Mapping[str, Any]
    names: frozenset[str] = frozenset()
    gone: bool = False

    @classmethod
    def by(cls, line: Document) -> Self | None:
        """What the line touches; None when it is nothing that people are told of."""
        kind = KINDS[line["ns"]["coll"]]
        document_id, at = str(line["documentKey"]["_id"]), _time_of(line)
        operation = line["operationType"]
        if operation == "delete":
            # A photo's tombstone was told before, and trainings are never taken away.
            told = kind is Kind.COLLECTION
            return cls(kind, document_id, at, None, {}, gone=True) if told else None
        if operation in ("insert", "replace"):
            document = line["fullDocument"]
            whole = {name: document[name] for name in _TOLD[kind] if name in document}
            return cls(kind, document_id, at, document.get("collection"), whole)
        values, names = _updated(line["updateDescription"], _TOLD[kind])
        if not values and not names:
            return None
        return cls(kind, document_id, at, None, values, names)


def _updated(update: Document, told: frozenset[str]) -> tuple[Mapping[str, Any], frozenset[str]]:
    """Values of fields that were set whole or taken away, and names of those changed in part."""
    fields: Mapping[str, Any] = update["updatedFields"]
    taken = dict.fromkeys(update["removedFields"])
    values = {name: value for name, value in {**fields, **taken}.items() if name in told}
    return values, told & {path.partition(".")[0] for path in _parts(update)} - values.keys()


def _parts(update: Document) -> Iterator[str]:
    # A Mongo that works out the difference tells `pending.0`, or that a list became shorter.
    yield from (path for path in update["updatedFields"] if "." in path)
    yield from (path for path in update["removedFields"] if "." in path)
    yield from (cut["field"] + "." for cut in update.get("truncatedArrays") or [])


def _time_of(line: Document) -> datetime:
    time: datetime = line.get("wallTime") or line["clusterTime"].as_datetime()
    return time
