"""How versions come into the bucket, and that what is there is never changed."""

from pathlib import Path

import pytest

from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import Models
from infra.models import build_models
from scheduler.publish import SET_UP, point, publish, publish_shipped
from scheduler.version_folder import Folder
from tests.unit.bucket import MemoryBucket


def head(into: Path, version: str) -> Path:
    """A version folder of a head called `version`."""
    files = {"labels.json": b"[]", "model.tflite": version.encode()}
    return Folder("general", version, "head", files, {}, "b-1", 0.5).write(into)


def test_the_manifest_comes_after_the_files_and_the_pointer_last(tmp_path: Path) -> None:
    bucket = MemoryBucket()
    assert publish_shipped(bucket, [head(tmp_path, "general-1")])
    assert [Path(key).name for key in bucket.written] == [
        "labels.json",
        "model.tflite",
        "manifest.json",
        "current.json",
    ]


def test_publishing_again_writes_nothing(tmp_path: Path) -> None:
    bucket = MemoryBucket()
    folder = head(tmp_path, "general-1")
    publish_shipped(bucket, [folder])
    bucket.written.clear()
    assert not publish_shipped(bucket, [folder])
    assert bucket.written == []


def test_a_version_that_was_put_half_way_is_put_whole(tmp_path: Path) -> None:
    bucket = MemoryBucket()
    folder = head(tmp_path, "general-1")
    publish_shipped(bucket, [folder])
    del bucket.objects["general/general-1/labels.json"]
    assert publish(bucket, folder)
    assert Models(bucket).version("general", "general-1").files["labels.json"] == b"[]"


def test_an_upgrade_moves_the_pointer_that_the_set_up_had_set(tmp_path: Path) -> None:
    bucket = MemoryBucket()
    publish_shipped(bucket, [head(tmp_path, "general-1")])
    publish_shipped(bucket, [head(tmp_path, "general-2")])
    pointer = Models(bucket).pointer("general")
    assert pointer
    assert (pointer.version, pointer.previous) == ("general-2", "general-1")
    assert pointer.set_by == SET_UP


def test_an_upgrade_leaves_a_pointer_that_somebody_else_has_set(tmp_path: Path) -> None:
    bucket = MemoryBucket()
    publish_shipped(bucket, [head(tmp_path, "general-1")])
    publish(bucket, head(tmp_path, "ours-7"))
    point(bucket, "general", "ours-7", "a person")
    publish_shipped(bucket, [head(tmp_path, "general-2")])
    pointer = Models(bucket).pointer("general")
    assert pointer
    assert pointer.version == "ours-7"


@pytest.mark.parametrize("damaged", [b"", b"garbage", b'{"version": "../x"}'])
def test_whoever_moves_a_pointer_that_cant_be_read_mends_it(damaged: bytes) -> None:
    bucket = MemoryBucket()
    bucket.objects["hats/current.json"] = damaged
    assert point(bucket, "hats", "ours-7", "ana")
    pointer = Models(bucket).pointer("hats")
    assert pointer
    assert (pointer.version, pointer.previous) == ("ours-7", None)


def test_a_damaged_folder_is_not_published(tmp_path: Path) -> None:
    bucket = MemoryBucket()
    folder = head(tmp_path, "general-1")
    (folder / "model.tflite").write_bytes(b"damaged")
    with pytest.raises(BrokenVersion):
        publish_shipped(bucket, [folder])
    assert bucket.written == []


def test_building_again_leaves_what_is_there(shipped_folders: list[Path]) -> None:
    before = [(folder / "manifest.json").stat().st_mtime_ns for folder in shipped_folders]
    assert build_models() == shipped_folders
    after = [(folder / "manifest.json").stat().st_mtime_ns for folder in shipped_folders]
    assert after == before
