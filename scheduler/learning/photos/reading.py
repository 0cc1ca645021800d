"""Reads what a collection's people have labelled, as a data set to learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

import numpy as np
from pymongo.collection import Collection
from pymongo.database import Database

from functions.runtime.database import Document, outages, server_time
from functions.runtime.storage import Storage
from scheduler.backbone.version import VERSION
from scheduler.learning.dataset import SIDES, Dataset, Pictures
from scheduler.learning.photos.classes import learnable, too_few
from scheduler.learning.photos.sides import places
from scheduler.learning.photos.split import Place, groups
from scheduler.learning.photos.stored_features import FEATURES, Feature, read_features
from scheduler.learning.photos.stored_pictures import StoredPictures
from scheduler.learning.recipe import CannotLearn

_ANY_TEXT: Final = {"$gte": "", "$lte": chr(0x10FFFF)}
_FIELDS: Final = ("label", "state", "side", "like", "sha256", "phash", "image_etag")

Records = Mapping[str, Document]
"""Some fields of photos' records, by id."""


@dataclass(frozen=True)
class Reading:
    """A data set without variants. Labels changed up to `labels_until` (server's time) are in it.

    `left_out` has a sentence for each reason why labelled photos are not.
    """

    dataset: Dataset
    labels_until: datetime
    left_out: Sequence[str]

    def told(self, reason: str) -> str:
        """The reason for a training's end, and why labelled photos were left out."""
        return " ".join([reason, *self.left_out])


@dataclass(frozen=True)
class _LabelledPhoto:
    """A photo with all that is learned from: what people say, where it belongs, how it looks."""

    id: str
    etag: str
    label: str
    place: Place
    feature: Feature

    @classmethod
    def of(cls, record: Document, place: Place, feature: Feature) -> Self:
        return cls(record["_id"], str(record["image_etag"]), str(record["label"]), place, feature)


def read_dataset(
    database: Database[Document], storage: Storage, collection: str, backbone: str = VERSION
) -> Reading:
    """The labelled photos of a collection; those without a side get theirs first.

    Raises CannotLearn with a sentence when there is too little to learn from, and Outage.
    """
    until = server_time(database)
    labelled = _records(database["photos"], collection, label=_ANY_TEXT)
    usable = {photo: record for photo, record in labelled.items() if _is_usable(record)}
    found = read_features(database["features"], _etags(usable), backbone)
    sides = _places(database, collection, labelled, found.features, backbone)
    photos = [
        _LabelledPhoto.of(usable[photo], sides[photo], found.features[photo])
        for photo in sorted(found.features)
        if photo in sides
    ]
    said = _said(len(labelled) - len(photos) - len(found.damaged), len(found.damaged))
    labels = [photo.label for photo in photos]
    try:
        classes = learnable(labels)
    except CannotLearn as reason:
        raise CannotLearn(" ".join([str(reason), *said])) from None
    kept = [photo for photo in photos if photo.label in classes]
    dataset = _dataset(collection, backbone, classes, kept, StoredPictures(storage, collection))
    return Reading(dataset, until, [*said, *too_few(labels)])


def _dataset(
    collection: str,
    backbone: str,
    classes: tuple[str, ...],
    photos: Sequence[_LabelledPhoto],
    pictures: Pictures,
) -> Dataset:
    return Dataset(
        collection=collection,
        backbone=backbone,
        photos=tuple(photo.id for photo in photos),
        etags=tuple(photo.etag for photo in photos),
        classes=classes,
        labels=np.array([classes.index(photo.label) for photo in photos], np.intp),
        sides=np.array([photo.place.side for photo in photos], np.str_),
        groups=groups([photo.id for photo in photos], [photo.place.like for photo in photos]),
        features=np.stack([photo.feature for photo in photos]).astype(np.float32),
        variants=(),
        variant_features=np.zeros((len(photos), 0, FEATURES), np.float16),
        pictures=pictures,
    )


def _places(
    database: Database[Document],
    collection: str,
    labelled: Records,
    features: Mapping[str, Feature],
    backbone: str,
) -> dict[str, Place]:
    if all(labelled[photo].get("side") for photo in features):
        return places(database["photos"], labelled, features)
    # New ones are compared also with photos whose label was taken away: it may come back.
    before = _records(database["photos"], collection, label=None, side={"$in": SIDES})
    seen = read_features(database["features"], _etags(before), backbone).features
    return places(database["photos"], {**before, **labelled}, {**seen, **features})


def _records(photos: Collection[Document], collection: str, **like: object) -> Records:
    with outages():
        found = photos.find({"collection": collection, **like}, dict.fromkeys(_FIELDS, 1))
        return {record["_id"]: record for record in found}


def _etags(records: Records) -> dict[str, str]:
    return {photo: str(record.get("image_etag")) for photo, record in records.items()}


def _is_usable(record: Document) -> bool:
    made = all(record.get(field) for field in ("image_etag", "sha256", "phash"))
    return made and record["state"] in ("ready", "received")


def _said(absent: int, damaged: int) -> list[str]:
    told = []
    if absent:
        told.append(f"Left out for now, as classify has not seen their image yet: {absent}.")
    if damaged:
        told.append(f"Left out, as their features can't be read: {damaged}.")
    return told
