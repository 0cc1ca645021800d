"""How a photo's `state`, `pending` and `error` follow from the marks its functions wrote."""

from typing import Final

from functions.runtime.database import Document

RECORDER: Final = "on_upload"
"""The function that reads the original; all others read the image that it makes."""


def derived_state() -> list[Document]:
    """The update stages that derive `state`, `pending` and `error` from the marks.

    A mark counts when it speaks of the present content: on_upload's always does, the others' when
    their etag is that of the present image.
    """
    marks: Document = {"$objectToArray": {"$ifNull": ["$functions", {}]}}
    current: Document = {
        "$or": [
            {"$eq": ["$$mark.k", RECORDER]},
            {"$eq": ["$$mark.v.etag", {"$ifNull": ["$image_etag", ""]}]},
        ]
    }
    present = {"$filter": {"input": marks, "as": "mark", "cond": current}}
    return [
        {"$set": {"present": present}},
        {
            "$set": {
                "pending": {
                    "$setDifference": [
                        {"$ifNull": ["$wired", [RECORDER]]},
                        _names_with("done"),
                    ]
                },
                "bad": {
                    "$first": {
                        "$filter": {
                            "input": "$present",
                            "as": "mark",
                            "cond": {"$in": ["$$mark.v.state", ["rejected", "failed"]]},
                        }
                    }
                },
            }
        },
        {
            "$set": {
                "state": {
                    "$switch": {
                        "branches": [
                            {"case": {"$eq": ["$bad.v.state", "rejected"]}, "then": "rejected"},
                            {"case": {"$eq": ["$bad.v.state", "failed"]}, "then": "failed"},
                            {"case": {"$eq": ["$pending", []]}, "then": "ready"},
                        ],
                        "default": "received",
                    }
                },
                "error": {
                    "$cond": [
                        {"$gt": ["$bad", None]},
                        {
                            "code": "$bad.v.code",
                            "detail": "$bad.v.reason",
                            "function": "$bad.k",
                            "at": "$bad.v.at",
                        },
                        None,
                    ]
                },
            }
        },
        {"$unset": ["present", "bad"]},
    ]


def _names_with(state: str) -> Document:
    chosen = {
        "$filter": {
            "input": "$present",
            "as": "mark",
            "cond": {"$eq": ["$$mark.v.state", state]},
        }
    }
    return {"$map": {"input": chosen, "as": "mark", "in": "$$mark.k"}}
