"""The desk where uploads are handed out: a form for a photo, or the photo that is here already."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pymongo.database import Database

from functions.api.caller import Caller
from functions.api.photos.told import photo_told
from functions.api.refusals import Wrong
from functions.api.uploads.keys import Key, Keys
from functions.api.uploads.schemas import Duplicate, HandedOut, UploadAsked
from functions.handout.form import ANY_TYPE, Announced, Form
from functions.handout.handout import AWAITED, HandOut, new_photo
from functions.runtime.database import Document, outages
from functions.runtime.labels import WITHOUT_PHOTO, CannotLabel, Labels
from functions.runtime.photo import PhotoRef
from functions.runtime.photo_state import RECORDER

_HERE: Final = ("received", "ready", "failed")


@dataclass(frozen=True)
class Desk:
    """Hands out uploads of one collection to one caller. Methods raise Outage without Mongo."""

    database: Database[Document]
    forms: HandOut
    collection: str
    caller: Caller

    def hand_out(self, asked: UploadAsked, key: str | None = None) -> HandedOut | Duplicate:
        """A form, or the photo with these bytes; with the same key always of the same photo.

        A photo that was removed is none: then a new one takes its place. Raises Rejected with the
        code empty or too-many-bytes, and Wrong.
        """
        announced = self._announced(asked)
        named = Key(self.caller.by, self.collection, key, asked.model_dump_json()) if key else None
        while True:
            photo = self._same(asked.sha256) or new_photo(self.collection)
            if named:
                photo = Keys.of(self.database).photo(named, photo)
            form = self.forms.take_up(photo, self.caller.name, announced)
            if form:
                return _told(form)
            record = self._record(photo)
            if record:
                told = photo_told(self._labelled(record, asked.label))
                return Duplicate.model_validate({"photo": photo.id, "record": told})
            if named:
                Keys.of(self.database).forget(named, photo)

    def _announced(self, asked: UploadAsked) -> Announced:
        announced = Announced(
            asked.filename, asked.size, asked.type or ANY_TYPE, asked.label, asked.sha256
        )
        try:
            # Before anything is written: a call that is refused uses up no key.
            self.forms.check(self.collection, self.caller.name, announced)
        except ValueError as wrong:
            raise Wrong("/filename", str(wrong)) from None
        return announced

    def _same(self, sha256: str | None) -> PhotoRef | None:
        """The photo that has these bytes, or else one of the caller's that still awaits them."""
        if sha256 is None:
            return None
        with outages():
            found = list(
                self.database["photos"].find(
                    {"collection": self.collection, "sha256": sha256},
                    {"state": 1, "owner": 1, f"functions.{RECORDER}.state": 1},
                )
            )
        here = [record for record in found if _is_here(record)]
        mine = [record for record in found if self._awaits(record)]
        return next((PhotoRef(self.collection, one["_id"]) for one in (*here, *mine)), None)

    def _awaits(self, record: Document) -> bool:
        return record["state"] in AWAITED and record.get("owner") == self.caller.name

    def _record(self, photo: PhotoRef) -> Document | None:
        with outages():
            record = self.database["photos"].find_one({"_id": photo.id})
        return None if record is None or record["state"] == "removed" else record

    def _labelled(self, record: Document, label: str | None) -> Document:
        """As with the label beside an upload: it counts while nobody has said anything."""
        if label is None or record.get("label_history") or record["state"] in WITHOUT_PHOTO:
            return record
        with suppress(CannotLabel):
            return Labels.of(self.database).put(record["_id"], label, self.caller.by)
        return record


def _is_here(record: Document) -> bool:
    """Whether the sha256 was computed of bytes that came; before that it is only a promise."""
    recorder = record.get("functions", {}).get(RECORDER, {})
    return record["state"] in _HERE and recorder.get("state") == "done"


def _told(form: Form) -> HandedOut:
    left = form.expires - datetime.now(UTC)
    return HandedOut(
        photo=form.photo,
        url=form.url,
        fields=dict(form.fields),
        expires=form.expires,
        expires_in=int(left.total_seconds()),
        max_bytes=form.max_bytes,
    )
