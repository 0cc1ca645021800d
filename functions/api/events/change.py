"""One change of a photo, a training, a model or a collection, as the journal keeps and tells it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, Self

from pydantic import TypeAdapter

from functions.api.events.moment import KEPT
from functions.api.schema import Time
from functions.runtime.database import Document

NOWHERE: Final = ""
"""Stands for the collection of a change that concerns everybody."""

_TIME: Final = TypeAdapter(Time)


class Kind(StrEnum):
    """What has changed; after a reset nobody can tell, and all has to be read anew."""

    PHOTO = "photo"
    TRAINING = "training"
    MODEL = "model"
    COLLECTION = "collection"
    RESET = "reset"


@dataclass(frozen=True)
class Change:
    """A change in a collection; `about` is the id of the photo or training.

    `changed` holds the fields that changed, as JSON has them, with their new values.
    """

    id: str
    kind: Kind
    at: datetime
    collection: str
    about: str | None
    changed: Mapping[str, Any]

    @classmethod
    def reset(cls, change_id: str, at: datetime) -> Self:
        """Tells everybody that changes before this one are not known."""
        return cls(change_id, Kind.RESET, at, NOWHERE, None, {})

    @classmethod
    def of(cls, row: Document) -> Self:
        """The change in a row of the journal."""
        told = (row["at"], row["collection"], row["about"], row["changed"])
        return cls(row["_id"], Kind(row["kind"]), *told)

    @property
    def row(self) -> Document:
        """The journal's row."""
        return {
            "_id": self.id,
            "kind": self.kind.value,
            "at": self.at,
            "collection": self.collection,
            "about": self.about,
            "changed": dict(self.changed),
            "expires_at": self.at + KEPT,
        }

    @property
    def told(self) -> Document:
        """What people are told of it."""
        subject = {self.kind.value: self.about} if self.about else {}
        where = {"collection": self.collection} if self.collection else {}
        return {"at": plain(self.at), **where, **subject, "changed": dict(self.changed)}

    @cached_property
    def event(self) -> str:
        """The server-sent event; made once, however many listen."""
        told = json.dumps(self.told, ensure_ascii=False)
        return f"id: {self.id}\nevent: {self.kind}\ndata: {told}\n\n"


def plain(value: Any) -> Any:
    """The value of a Mongo document as JSON has it: times in RFC 3339."""
    if isinstance(value, datetime):
        return _TIME.dump_python(value, mode="json")
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value
