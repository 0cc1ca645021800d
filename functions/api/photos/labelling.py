"""What people say of photos, with what goes wrong as the api tells it."""

from collections.abc import Sequence

from functions.api.parts import parts
from functions.api.photos.label_schemas import LabelGiven, OneLabel
from functions.api.photos.many import records_of
from functions.api.refusals import Conflict, NotFound, Refused, Wrong
from functions.api.signed_in import caller
from functions.runtime.database import Document
from functions.runtime.labels import CannotLabel, Labels


def said(given: LabelGiven) -> str | None:
    """The label that was given; raises Wrong for `ignored`."""
    if given.ignored:
        raise Wrong(
            "/ignored",
            "A whole photo can't be ignored: only a finding among others can. Send null to take "
            "its label away, or delete the photo.",
            "cannot-be-ignored",
        )
    return given.label


def put(record: Document, label: str | None) -> Document:
    """Label a photo in the caller's name; returns its record. Raises Conflict and Wrong."""
    own, by = parts(), caller().by
    try:
        labelled = Labels.of(own.database).put(record["_id"], label, by)
    except CannotLabel as reason:
        raise Conflict("cannot-label", str(reason)) from reason
    except ValueError as reason:
        raise Wrong("/label", str(reason)) from reason
    own.audit.note(
        by, "photo.label", collection=record["collection"], photo=record["_id"], label=label
    )
    return labelled


def put_many(collection: str, given: Sequence[OneLabel]) -> list[Document]:
    """Label photos of a collection, one after the other; one result each."""
    records = records_of(collection, [one.photo for one in given])
    return [_result(one, records.get(one.photo)) for one in given]


def rename(collection: str, old: str, new: str) -> Document:
    """Call a label otherwise; raises NotFound and Wrong."""
    own, by = parts(), caller().by
    labels = Labels.of(own.database)
    try:
        count = labels.rename(collection, old, new, by)
        spelled = labels.spelled(collection, new)
    except CannotLabel as reason:
        raise NotFound(str(reason)) from reason
    except ValueError as reason:
        raise Wrong("/label", str(reason)) from reason
    own.audit.note(by, "label.rename", collection=collection, label=old, to=spelled, photos=count)
    return {"label": spelled, "photos": count}


def _result(one: OneLabel, record: Document | None) -> Document:
    try:
        if record is None:
            raise NotFound("There is no such photo.")
        label = put(record, one.label).get("label")
    except Refused as refusal:
        problem = {"code": refusal.code, "detail": refusal.detail}
        return {"photo": one.photo, "label": None, "problem": problem}
    return {"photo": one.photo, "label": label, "problem": None}
