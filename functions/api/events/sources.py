"""What a change stream does not tell of a change, looked up."""

from functools import lru_cache
from typing import Any, Final, Self

from pymongo.collection import Collection
from pymongo.database import Database

from functions.api.collections.settings import told_settings
from functions.api.events.change import Change, Kind, plain
from functions.api.events.touched import KINDS, Touched
from functions.runtime.database import Document, outages
from functions.runtime.models import GENERAL

_PLACES: Final = 20_000
_MEMBERS: Final = {"members": 1}


class Sources:
    """The documents that changes are about. Methods raise Outage when Mongo can't be used."""

    def __init__(self, sources: dict[Kind, Collection[Document]]) -> None:
        self._sources = sources
        # What belongs to a collection stays there: most changes need no look at all.
        self._place = lru_cache(maxsize=_PLACES)(self._looked_up)

    @classmethod
    def of(cls, database: Database[Document]) -> Self:
        """The documents of this database."""
        return cls({kind: database[name] for name, kind in KINDS.items()})

    def members(self) -> list[Document]:
        """Every collection with its members."""
        with outages():
            return list(self._sources[Kind.COLLECTION].find({}, _MEMBERS))

    def collection(self, touched: Touched) -> Document | None:
        """The collection that was touched, None when it is gone."""
        if touched.gone:
            return None
        with outages():
            return self._sources[Kind.COLLECTION].find_one({"_id": touched.id})

    def change(self, touched: Touched, change_id: str) -> Change | None:
        """The change of a photo, a training or a model, None when what it was about is gone."""
        try:
            collection = touched.collection or self._place(touched.kind, touched.id)
        except LookupError:
            return None
        values = {**touched.values, **self._rest(touched)}
        if touched.kind is Kind.MODEL:
            values = {name: value or GENERAL for name, value in values.items()}
        about = None if touched.kind is Kind.MODEL else touched.id
        return Change(change_id, touched.kind, touched.at, collection, about, plain(values))

    def _rest(self, touched: Touched) -> dict[str, Any]:
        if not touched.names:
            return {}
        with outages():
            found = self._sources[touched.kind].find_one({"_id": touched.id}, [*touched.names])
        return {name: (found or {}).get(name) for name in touched.names}

    def _looked_up(self, kind: Kind, document_id: str) -> str:
        with outages():
            found = self._sources[kind].find_one({"_id": document_id}, {"collection": 1})
        if found is None:
            # Not as an answer, which would be remembered: it may come again.
            raise LookupError(document_id)
        return str(found["collection"])


def collection_change(touched: Touched, found: Document | None, change_id: str) -> Change:
    """The change of a collection, by its document as it is now (None: it is gone)."""
    if found is None:
        changed: dict[str, Any] = {"deleted": True}
    else:
        changed = {name: found.get(name) for name in {*touched.values, *touched.names}}
        if "settings" in changed:
            recognizer = found.get("recognizer", "whole")
            changed["settings"] = told_settings(recognizer, found.get("settings") or {})
    return Change(change_id, touched.kind, touched.at, touched.id, None, plain(changed))
