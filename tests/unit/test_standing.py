"""The current model before a challenger: which version it is, and what it says of judged photos."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from functions.runtime.database import Document
from functions.runtime.manifest import NEAREST, BrokenVersion
from functions.runtime.models import BUCKET
from scheduler.backbone.version import VERSION
from scheduler.learning.dataset import HELD_OUT, TRAIN, Dataset
from scheduler.learning.judging.cross_validation import Relearned
from scheduler.learning.judging.standing import Standing, standing_of
from scheduler.learning.recipe import Progress
from scheduler.learning.transfer.recipe import Transfer
from scheduler.publish import point, publish
from scheduler.version_folder import Folder
from tests.clusters import clusters
from tests.unit.bucket import MemoryBucket

COLLECTION: Document = {"_id": "wardrobe"}
LEARNED = {"data.json": json.dumps({"photos": {"p1": "hat", "p2": "cap"}}).encode()}
BY_TRANSFER = {"recipe": "transfer"}


def quiet(_: Progress) -> None:
    """A watch that nobody reads."""


@pytest.fixture
def bucket() -> MemoryBucket:
    return MemoryBucket()


def put(
    bucket: MemoryBucket,
    into: Path,
    version: str,
    kind: str = "head",
    files: Mapping[str, bytes] = LEARNED,
    about: Mapping[str, str] = BY_TRANSFER,
    backbone: str = VERSION,
) -> None:
    """Publish a version and point to it."""
    folder = Folder("wardrobe", version, kind, files, about, backbone, 0.5)
    publish(bucket, folder.write(into))
    point(bucket, "wardrobe", version, "test")


def test_a_collection_without_a_version_of_its_own_has_none(bucket: MemoryBucket) -> None:
    assert standing_of(bucket, COLLECTION) is None


def test_a_learned_version_is_learned_again_from_the_photos_and_labels_it_had(
    bucket: MemoryBucket, tmp_path: Path
) -> None:
    put(bucket, tmp_path, "transfer-1")
    standing = standing_of(bucket, COLLECTION)
    assert standing is not None
    assert standing.version.manifest.version == "transfer-1"
    assert isinstance(standing.again, Relearned)
    assert standing.again.recipe.name == "transfer"
    assert standing.again.learned_from == {"p1": "hat", "p2": "cap"}


def test_a_nearest_version_is_no_rival(bucket: MemoryBucket, tmp_path: Path) -> None:
    put(bucket, tmp_path, "nearest-1", NEAREST, {"labels.json": b"[]"}, {})
    assert standing_of(bucket, COLLECTION) is None


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"files": {"labels.json": b"[]"}}, "data.json does not tell what was learned"),
        ({"files": {"data.json": b"{"}}, "data.json does not tell what was learned"),
        ({"files": {"data.json": b"[1]"}}, "data.json does not tell what was learned"),
        ({"about": {}}, "There is no recipe ''"),
        ({"about": {"recipe": "magic"}}, "There is no recipe 'magic'"),
        ({"backbone": "another"}, "it needs the backbone another"),
    ],
)
def test_a_version_that_cannot_be_compared_counts_as_none_and_that_is_said(
    bucket: MemoryBucket,
    tmp_path: Path,
    told: dict[str, object],
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    put(bucket, tmp_path, "transfer-1", **told)  # type: ignore[arg-type]  # as parametrized
    caplog.set_level("INFO", "functions")
    assert standing_of(bucket, COLLECTION) is None
    (said,) = caplog.records
    assert said.message == "the current model can't be compared"
    assert reason in said.__dict__["reason"]


@pytest.mark.parametrize("harm", ["damaged", "missing", "pointer"])
def test_a_version_that_is_not_whole_counts_as_none(
    bucket: MemoryBucket, tmp_path: Path, harm: str
) -> None:
    put(bucket, tmp_path, "transfer-1")
    if harm == "damaged":
        bucket.write(BUCKET, "wardrobe/transfer-1/data.json", b"{}", "", {})
    elif harm == "missing":
        bucket.remove(BUCKET, "wardrobe/transfer-1/manifest.json")
    else:
        bucket.write(BUCKET, "wardrobe/current.json", b"nothing", "", {})
    assert standing_of(bucket, COLLECTION) is None


def apart(dataset: Dataset) -> Dataset:
    """Every second photo is held out."""
    sides = np.where(np.arange(len(dataset)) % 2 == 0, TRAIN, HELD_OUT)
    return replace(dataset, sides=sides)


def test_a_learned_version_says_its_best_guess_whatever_its_threshold(
    bucket: MemoryBucket, tmp_path: Path
) -> None:
    dataset = apart(clusters((10, 10)))
    head = Transfer().fit(dataset, dataset.on(TRAIN), dataset.on(HELD_OUT)[:0], quiet)
    labels = json.dumps(dataset.classes).encode()
    files = {**LEARNED, **head.files(), "labels.json": labels}
    folder = Folder("wardrobe", "transfer-1", "head", files, BY_TRANSFER, VERSION, 1.0)
    publish(bucket, folder.write(tmp_path))
    point(bucket, "wardrobe", "transfer-1", "test")
    standing = standing_of(bucket, COLLECTION)
    assert standing is not None
    held_out = dataset.on(HELD_OUT)
    assert standing.says(dataset, held_out) == tuple(dataset.label_of(row) for row in held_out)


def test_a_version_that_cannot_be_loaded_is_broken_when_it_is_asked(
    bucket: MemoryBucket, tmp_path: Path
) -> None:
    files = {**LEARNED, "labels.json": b'["hat"]', "model.tflite": b"no model"}
    put(bucket, tmp_path, "transfer-1", files=files)
    standing = standing_of(bucket, COLLECTION)
    assert isinstance(standing, Standing)
    dataset = apart(clusters((10, 10)))
    with pytest.raises(BrokenVersion):
        standing.says(dataset, dataset.on(HELD_OUT))
