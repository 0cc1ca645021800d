"""Uploads over HTTP: handed out one by one or many at once, and committed."""

from functools import cache
from typing import Any, Final

from flask import Response, jsonify

from functions.api.caller import Role
from functions.api.headers import KeyGiven, PreferGiven, preferred_wait
from functions.api.parts import parts
from functions.api.photos.schemas import PhotoTold
from functions.api.photos.told import photo_told
from functions.api.photos.waiting import has_spoken, spoken
from functions.api.signed_in import caller, signed_in
from functions.api.uploads.batch import answers
from functions.api.uploads.commit import committed
from functions.api.uploads.desk import Desk
from functions.api.uploads.schemas import (
    BatchAsked,
    BatchTold,
    Duplicate,
    HandedOut,
    UploadAsked,
)
from functions.api.uploads.space import Space
from functions.handout.form import Signer
from functions.handout.handout import HandOut
from functions.runtime.database import Document

uploads = signed_in("uploads")

_REFERENCE: Final = "#/components/schemas/{model}"


def _described(description: str, schema: dict[str, Any]) -> dict[int | str, Any]:
    """A route's answer with 200 beside its usual one, for the document, which has the $defs."""
    told = {name: value for name, value in schema.items() if name != "$defs"}
    return {200: {"description": description, "content": {"application/json": {"schema": told}}}}


_HERE: Final = _described(
    "The photo is here already: send nothing.",
    Duplicate.model_json_schema(ref_template=_REFERENCE),
)
_SPOKEN: Final = _described(
    "There is a category or an error, as `Prefer: wait` asked for.",
    {"$ref": _REFERENCE.format(model=PhotoTold.__name__)},
)


@uploads.post("/collections/<collection>/uploads")
@uploads.input(UploadAsked)
@uploads.input(KeyGiven, location="headers")
@uploads.output(HandedOut, 201)
@uploads.doc(responses=_HERE)
def hand_out(
    collection: str, json_data: UploadAsked, headers_data: KeyGiven
) -> HandedOut | Response:
    """Get a form with which a photo goes straight to storage; then commit it.

    A photo with that sha256 that is in the collection already is answered instead, with 200.
    """
    answer = _desk(collection).hand_out(json_data, headers_data.idempotency_key)
    return answer if isinstance(answer, HandedOut) else jsonify(answer.model_dump(mode="json"))


@uploads.post("/collections/<collection>/uploads/batch")
@uploads.input(BatchAsked)
@uploads.input(KeyGiven, location="headers")
@uploads.output(BatchTold)
def hand_out_many(
    collection: str, json_data: BatchAsked, headers_data: KeyGiven
) -> dict[str, object]:
    """Get forms for up to 100 photos: for each, in order, a form, the photo, or a problem."""
    desk = _desk(collection)
    return {"items": list(answers(desk, json_data.uploads, headers_data.idempotency_key))}


@uploads.post("/photos/<photo>/commit")
@uploads.input(PreferGiven, location="headers")
@uploads.output(PhotoTold, 202)
@uploads.doc(responses=_SPOKEN)
def commit(photo: str, headers_data: PreferGiven) -> tuple[Document, int, dict[str, str]]:
    """Say that the file is in storage, so that work on it begins now.

    With `Prefer: wait=10` (seconds, at most 20) the answer comes, with 200, as soon as there is a
    category or an error.
    """
    record = parts().doors.photo(caller(), photo, Role.EDITOR)
    etag = committed(parts().storage, parts().database, record)
    wait = preferred_wait(headers_data.prefer)
    if not wait:
        return photo_told(record), 202, {}
    record = spoken(photo, wait, etag)
    status = 200 if has_spoken(record, etag) else 202
    return photo_told(record), status, {"Preference-Applied": "wait"}


def _desk(collection: str) -> Desk:
    """Where the caller gets forms for the collection, if both the caller and the disk may."""
    parts().doors.collection(caller(), collection, Role.EDITOR)
    _space().check()
    return Desk(parts().database, _forms(), collection, caller())


@cache
def _forms() -> HandOut:
    own = parts().settings
    secret = own.storage_secret.get_secret_value()
    signer = Signer(own.public_storage_url, own.storage_user, secret, own.storage_region)
    return HandOut.of(parts().database, signer)


@cache
def _space() -> Space:
    return Space(parts().settings)
