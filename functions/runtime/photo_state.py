"""How a photo's `state`, `pending` and `error` follow from the marks its functions wrote."""

from typing import Any, Final

from functions.runtime.database import Document

RECORDER: Final = "on_upload"
"""The function that reads the original; all others read the image that it makes."""

ARRIVED: Final = ("received", "ready", "rejected", "failed")
"""The states of a photo that has come and was not removed."""

_WIRED: Final[Document] = {"$ifNull": ["$wired", [RECORDER]]}


def derived_state() -> list[Document]:
    """The update stages that derive `state`, `pending` and `error` from the marks.

    A mark counts when it speaks of the present content: on_upload's always does, the others' when
    their etag is that of the present image. What a function says that was wired after the photo
    had been received changes its state no more.
    """
    return [
        {"$set": {"present": _present()}},
        {"$set": {"pending": _pending(), "bad": _bad()}},
        {"$set": {"state": _state(), "error": _error()}},
        {"$unset": ["present", "bad"]},
    ]


def _present() -> Document:
    marks: Document = {"$objectToArray": {"$ifNull": ["$functions", {}]}}
    of_the_image = {"$eq": ["$$mark.v.etag", {"$ifNull": ["$image_etag", ""]}]}
    return _those(marks, {"$or": [{"$eq": ["$$mark.k", RECORDER]}, of_the_image]})


def _pending() -> Document:
    done = _those("$present", {"$eq": ["$$mark.v.state", "done"]})
    names = {"$map": {"input": done, "as": "mark", "in": "$$mark.k"}}
    return {"$setDifference": [_WIRED, names]}


def _bad() -> Document:
    """The first mark that tells of a refusal or a failure."""
    is_bad = {"$in": ["$$mark.v.state", ["rejected", "failed"]]}
    return {"$first": _those("$present", {"$and": [is_bad, {"$in": ["$$mark.k", _WIRED]}]})}


def _state() -> Document:
    cases = [
        ({"$gt": ["$bad", None]}, "$bad.v.state"),
        ({"$eq": ["$pending", []]}, "ready"),
    ]
    branches = [{"case": case, "then": state} for case, state in cases]
    return {"$switch": {"branches": branches, "default": "received"}}


def _error() -> Document:
    said = {
        "code": "$bad.v.code",
        "detail": "$bad.v.reason",
        "function": "$bad.k",
        "at": "$bad.v.at",
    }
    return {"$cond": [{"$gt": ["$bad", None]}, said, None]}


def _those(marks: Any, condition: Document) -> Document:
    return {"$filter": {"input": marks, "as": "mark", "cond": condition}}
