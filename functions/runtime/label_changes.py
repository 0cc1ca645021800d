"""What becomes of a photo's `label`, `labelled_at` and `label_history`, as Mongo works it out.

Each is one update by the record as it is then, so that of two people neither loses a word.
"""

from typing import Any, Final

from functions.runtime.database import Document
from functions.runtime.expressions import REMOVED, Computed, when
from functions.runtime.records import Fields

NEW_BYTES: Final = "new bytes"
"""In a history, who took a label away that was said of earlier bytes."""

RECEIVED: Final[Document] = {"$ifNull": ["$received_etag", None]}
"""The etag of the bytes a photo has; None while they have not been looked at."""

_LABEL: Final[Document] = {"$ifNull": ["$label", None]}
_HISTORY: Final[Document] = {"$ifNull": ["$label_history", []]}
_AS_IT_IS: Final[Document] = {
    "label": _LABEL,
    "labelled_at": {"$ifNull": ["$labelled_at", REMOVED]},
    "label_history": _HISTORY,
}


def said(label: str | None, by: str | None, etag: Any = RECEIVED) -> Document:
    """The three fields once somebody has said (None: taken away) the label of the bytes `etag`."""
    entry = {"label": _text(label), "by": _text(by), "at": "$$NOW", "etag": etag}
    return {
        "label": _text(label),
        "labelled_at": "$$NOW",
        "label_history": {"$concatArrays": [_HISTORY, [entry]]},
    }


def of_upload(label: str | None, owner: str | None, etag: str) -> Fields:
    """The three fields once the bytes `etag` were received, with a label beside them or None.

    A label of other bytes is set aside. The upload's own counts once, while no label was ever said.
    """
    of_these = _text(etag)
    others = {"$ne": [{"$ifNull": ["$received_etag", of_these]}, of_these]}
    aside = {"$and": [others, {"$ne": [_LABEL, None]}]}
    fields = _if(aside, said(None, NEW_BYTES, of_these), _AS_IT_IS)
    if label is not None:
        fields = _if({"$eq": [_HISTORY, []]}, said(label, owner, of_these), fields)
    return {name: Computed(value) for name, value in fields.items()}


def _if(condition: Document, then: Document, otherwise: Document) -> Document:
    return {name: when(condition, then[name], otherwise[name]) for name in then}


def _text(text: str | None) -> Document:
    # A label may begin with a dollar sign, which would be a field's name.
    return {"$literal": text}
