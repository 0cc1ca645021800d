"""The features of variants, of real photos of a whole stack: computed once, kept, swept."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from functions.augment.variants import NAMES
from functions.classify.backbone import Backbone
from functions.runtime.database import Document
from functions.runtime.models import BACKBONE, Models
from functions.runtime.photo import photo_of_upload
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from infra.wiring import DATABASE
from scheduler.learning.dataset import Dataset
from scheduler.learning.photos.reading import read_dataset
from scheduler.learning.photos.variant_cache import forget_orphans
from scheduler.learning.photos.variant_features import with_variants
from scheduler.learning.recipe import Cancelled, Progress
from tests.eventually import eventually
from tests.phone import PHOTOS, Phone
from tests.seen import Seen

LABELS = ["hat"] * 5 + ["pants"] * 5


@dataclass
class Watched:
    """What was told; cancels after so many photos."""

    cancels_after: int | None = None
    told: list[Progress] = field(default_factory=list)

    def __call__(self, progress: Progress) -> None:
        self.told.append(progress)
        if len(self.told) == self.cancels_after:
            raise Cancelled


class Scheduler:
    """What the scheduler does with the test's own collection, with its own rights."""

    def __init__(self, stack: Stack, database: Database[Document], collection: str) -> None:
        secret = stack.secrets[name_of("scheduler", "storage_secret")]
        self.storage = Storage(storage_client(stack, "scheduler", secret))
        self.database = database
        self.dataset = read_dataset(database, self.storage, collection).dataset

    def computed(self, watch: Watched) -> Dataset:
        rows = np.arange(len(self.dataset) - 1)
        return with_variants(self.dataset, rows, self.database, self.storage, watch, threads=2)

    def kept(self) -> list[Document]:
        mine = {"collection": self.dataset.collection}
        return list(self.database["variant_features"].find(mine))


@pytest.fixture
def scheduler(stack: Stack, phone: Phone, seen: Seen) -> Iterator[Scheduler]:
    keys = phone.send_all([*PHOTOS[:5], *PHOTOS[6:11]])
    eventually(lambda: seen.are_ready(keys), timeout=60)
    for key, label in zip(keys, LABELS, strict=True):
        one = {"_id": photo_of_upload(key).id}
        seen.documents["photos"].update_one(one, {"$set": {"label": label}})
    with MongoClient[Document](stack.mongo_uri("scheduler"), tz_aware=True) as client:
        yield Scheduler(stack, client[DATABASE], seen.collection)


def test_features_of_variants_are_computed_once_even_by_runs_that_were_cut_short(
    scheduler: Scheduler, seen: Seen
) -> None:
    lost = scheduler.dataset.photos[0]
    ref = photo_of_upload(f"{seen.collection}/{lost}")
    seen.storage.remove_object(bucket_name="variants", object_name=ref.variant(NAMES[3]))
    with pytest.raises(Cancelled):
        scheduler.computed(Watched(cancels_after=4))
    first = {kept["_id"] for kept in scheduler.kept()}
    assert 3 <= len(first) < 9

    rest = Watched()
    dataset = scheduler.computed(rest)
    # One of nine has lost a variant; the tenth photo was not asked for.
    assert len(rest.told) == 9 - len(first) + 1
    assert {progress.phase for progress in rest.told} == {"features"}
    assert rest.told[-1].done == 1
    whole = ~np.isnan(dataset.variant_features).any(axis=(1, 2))
    assert whole.tolist() == [False] + [True] * 8 + [False]
    assert dataset.variants == NAMES

    model = Models(scheduler.storage).version(BACKBONE, dataset.backbone)
    backbone = Backbone(dataset.backbone, model.files["backbone.tflite"])
    expected = backbone.features(dataset.pictures.variant(dataset.photos[5], NAMES[7]))
    assert dataset.variant_features[5, 7] == pytest.approx(expected, abs=0.01)

    again = Watched()
    scheduler.computed(again)
    assert len(again.told) == 2  # the photo that lacks a variant is looked at again


def test_features_of_variants_of_earlier_bytes_or_photos_that_are_gone_do_not_stay(
    scheduler: Scheduler, seen: Seen
) -> None:
    scheduler.computed(Watched())
    photos = scheduler.dataset.photos
    seen.documents["variant_features"].update_one({"_id": photos[1]}, {"$set": {"etag": "old"}})
    seen.documents["variant_features"].update_one(
        {"_id": photos[2]}, {"$set": {"features": b"damaged"}}
    )
    told = Watched()
    scheduler.computed(told)
    assert len(told.told) == 3

    seen.documents["photos"].delete_one({"_id": photos[3]})
    assert forget_orphans(scheduler.database) >= 1
    assert {kept["_id"] for kept in scheduler.kept()} == set(photos[:9]) - {photos[3]}
