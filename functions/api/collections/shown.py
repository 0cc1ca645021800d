"""Collections as their members see them."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from functions.api.collections.census import Census, Counted
from functions.api.collections.learning import Progress, learning_told
from functions.api.collections.settings import told_settings
from functions.api.parts import parts
from functions.learning.enough import Truth
from functions.learning.new_labels import NewLabels
from functions.learning.trainings import Trainings
from functions.runtime.database import Document

_MOST_LABELS: Final = 1_000_000
_DELETION: Final = ("asked_at", "by", "photos", "left")


@cache
def census() -> Census:
    """The census of this process."""
    return Census.of(parts().database)


def collection_told(found: Document) -> Document:
    """A collection's document as `CollectionTold` has it; raises Outage."""
    recognizer = found.get("recognizer", "whole")
    counted, deletion = census().of_collection(found["_id"]), found.get("deletion")
    return {
        "id": found["_id"],
        "name": found["name"],
        "recognizer": recognizer,
        "classifier": found.get("classifier", "transfer"),
        "labels": sorted(counted.labels),
        "settings": told_settings(recognizer, found.get("settings") or {}),
        "members": found["members"],
        "counts": _counts(counted),
        "learning": learning_told(found, _progress(found["_id"], counted.labels)),
        "created_at": found["created_at"],
        "deletion": {name: deletion[name] for name in _DELETION} if deletion else None,
    }


def _counts(counted: Counted) -> Document:
    labelled = sum(counted.labels.values())
    return {**counted.states, "total": counted.total, "labelled": labelled}


def _progress(collection: str, labels: Mapping[str, int]) -> Progress:
    database = parts().database
    trainings = Trainings.of(database)
    truth = Truth(
        changed=NewLabels.of(database).count(collection, _MOST_LABELS),
        learned=trainings.has_judged(collection),
        classes=labels,
    )
    last = next(iter(trainings.finished(collection, most=1)), None)
    return Progress(truth, trainings.open_of(collection), last)
