"""Which photos a list shows, as a rule for Mongo."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from functions.api.parts import parts
from functions.api.photos.calls import PhotosQuery
from functions.api.refusals import Wrong
from functions.runtime.database import Document
from functions.runtime.label import clean
from functions.runtime.photo_state import ARRIVED
from functions.runtime.spellings import Spellings


def spellings(collection: str, label: str | None) -> list[str]:
    """How photos of the collection may spell a label; raises Wrong when it can't be one."""
    if label is None:
        return []
    try:
        label = clean(label)
    except ValueError as reason:
        raise Wrong("/label", str(reason)) from reason
    return [*Spellings.of(parts().database).all_of(collection, label), label]


def rule(query: PhotosQuery, labels: Sequence[str]) -> Document:
    """What a record has to be to fit the query, whose label has the spellings `labels`; pure.

    Unless a state is asked for, only photos that have come fit.
    """
    conditions: list[Document] = [
        {"state": query.state or {"$in": ARRIVED}},
        _in_filename(query.text),
        _taken(query.taken_from, query.taken_to),
    ]
    if query.label is not None:
        conditions.append({"label": {"$in": list(labels)}})
    if query.labelled is not None:
        conditions.append({"label": {"$ne": None} if query.labelled else None})
    if query.category is not None:
        conditions.append({"category": query.category})
    if query.confidence_below is not None:
        conditions.append({"confidence": {"$lt": query.confidence_below}})
    if query.disagree:
        conditions.append(_DISAGREE)
    return {"$and": [condition for condition in conditions if condition]}


_DISAGREE: Final[Document] = {
    "label": {"$ne": None},
    "category": {"$ne": None},
    # A version that learned before a label was spelled anew still says it the old way.
    "$expr": {"$ne": [{"$toLower": "$label"}, {"$toLower": "$category"}]},
}


def _in_filename(text: str | None) -> Document:
    return {"filename": {"$regex": re.escape(text), "$options": "i"}} if text else {}


def _taken(since: datetime | None, until: datetime | None) -> Document:
    """By the text that `taken_at` is: the camera's own time, sometimes with an offset behind."""
    bounds = {"$gte": since, "$lt": until}
    texts = {
        sign: moment.replace(tzinfo=None).isoformat(timespec="seconds")
        for sign, moment in bounds.items()
        if moment is not None
    }
    return {"taken_at": texts} if texts else {}
