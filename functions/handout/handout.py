"""Hands out uploads: each photo gets an id, a record that expects it, and a form."""

from datetime import UTC, datetime
from typing import Final, Self

import uuid6
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from functions.handout.form import Announced, Form, Signer
from functions.runtime.database import Document, outages
from functions.runtime.faults import Rejected
from functions.runtime.photo import PhotoRef
from functions.runtime.photo_state import RECORDER
from functions.runtime.records import SCHEMA
from functions.runtime.storage import MOST_BYTES

AWAITED: Final = ("expected", "expired")
"""The states of a photo that was handed out and has not come."""


class HandOut:
    """Expects photos in `photos` and signs their forms. Methods raise Outage without Mongo."""

    def __init__(self, photos: Collection[Document], signer: Signer) -> None:
        self._photos = photos
        self._signer = signer

    @classmethod
    def of(cls, database: Database[Document], signer: Signer) -> Self:
        """The hand-out of this database."""
        return cls(database["photos"], signer)

    def check(self, collection: str, owner: str, announced: Announced) -> None:
        """Raises what `new` would, and expects nothing."""
        self._form(new_photo(collection), owner, announced)

    def new(self, collection: str, owner: str, announced: Announced) -> Form:
        """A new photo of the collection: its record is there before its form can be used.

        Raises Rejected with the code empty or too-many-bytes, and ValueError as `Signer.form`.
        """
        form = self._form(new_photo(collection), owner, announced)
        self._expect(form, collection, owner, announced)
        return form

    def take_up(self, photo: PhotoRef, owner: str, announced: Announced) -> Form | None:
        """`new` for a photo whose id was made before, `again` when its record is there already.

        Two may do this at once, and one may go on where another was killed. Raises as both do.
        """
        form = self._form(photo, owner, announced)
        try:
            self._expect(form, photo.collection, owner, announced)
        except DuplicateKeyError:
            return self.again(photo, owner, announced)
        return form

    def again(self, photo: PhotoRef, owner: str, announced: Announced) -> Form | None:
        """A fresh form for a photo that has not come yet; None when it has come, or was removed.

        Raises as `new` does.
        """
        form = self._form(photo, owner, announced)
        said = {"state": "expected", "filename": announced.filename}
        with outages():
            renewed = self._photos.update_one(
                {"_id": photo.id, "collection": photo.collection, "state": {"$in": AWAITED}},
                # Of two at once the later form's end counts, whoever writes first.
                {"$set": said, "$max": {"form_expires_at": form.expires}},
            )
        return form if renewed.matched_count else None

    def _form(self, photo: PhotoRef, owner: str, announced: Announced) -> Form:
        _check_size(announced.size)
        return self._signer.form(photo, owner, announced)

    def _expect(self, form: Form, collection: str, owner: str, announced: Announced) -> None:
        expected: Document = {
            "_id": form.photo,
            "collection": collection,
            "key": form.fields["key"],
            "owner": owner,
            "filename": announced.filename,
            # What on_upload computes takes its place; until then a sender finds its own by it.
            **({"sha256": announced.sha256} if announced.sha256 else {}),
            "state": "expected",
            "pending": [RECORDER],
            "uploaded_at": datetime.now(UTC),
            "form_expires_at": form.expires,
            "schema": SCHEMA,
        }
        with outages():
            self._photos.insert_one(expected)


def new_photo(collection: str) -> PhotoRef:
    """The place of a photo that nobody has heard of."""
    return PhotoRef(collection, str(uuid6.uuid7()))


def _check_size(size: int) -> None:
    """Storage would refuse these too, but only when the bytes have come."""
    if size < 1:
        raise Rejected("empty", "The file is empty.")
    if size > MOST_BYTES:
        raise Rejected("too-many-bytes", f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
