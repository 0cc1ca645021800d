"""What answers in a version of each kind, and that a file that is none is refused."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from functions.classify.answer import UNKNOWN
from functions.classify.head import Head
from functions.classify.model import Loader, Model, answering_of
from functions.runtime.manifest import BrokenVersion, Manifest
from functions.runtime.models import Models, Version
from scheduler.general.fingerprint import FINGERPRINT
from scheduler.publish import publish
from scheduler.version_folder import Folder
from tests.tiny import head_with_distance, whole_model
from tests.unit.bucket import MemoryBucket
from tests.unit.test_backbone import current_version, jpeg

LABELS = b'["red", "blue"]'


def version(kind: str, files: Mapping[str, bytes], farthest: float | None = None) -> Version:
    """A version with a threshold of one half."""
    folder = Folder("c", "v-1", kind, files, {}, "b-1", 0.5, farthest)
    return Version(folder.manifest(), files)


def npz(**arrays: NDArray[np.generic]) -> bytes:
    """The arrays as a file."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=True, **arrays)
    return file.getvalue()


def nearest_files(**other: bytes) -> dict[str, bytes]:
    """The files of a nearest version of two photos, some of them exchanged."""
    vectors = np.eye(2, 256, dtype=np.float16)
    return {
        "vectors.npz": npz(vectors=vectors, labels=np.array([0, 1], np.int32)),
        "fingerprint.npz": FINGERPRINT.read_bytes(),
        "labels.json": LABELS,
        **{name.replace("__", "."): data for name, data in other.items()},
    }


def whole_files(**other: bytes) -> dict[str, bytes]:
    """The files of a whole version, some of them exchanged."""
    own = {
        "model.tflite": whole_model(),
        "fingerprint.npz": FINGERPRINT.read_bytes(),
        "labels.json": LABELS,
    }
    return {**own, **{name.replace("__", "."): data for name, data in other.items()}}


def test_a_manifest_from_before_there_was_a_farthest_distance_has_none() -> None:
    told = json.loads(version("head", {}).manifest.as_json())
    del told["farthest"]
    assert Manifest.read(json.dumps(told).encode()).farthest is None


@pytest.mark.parametrize("farthest", [-1, "far", "nan"])
def test_a_farthest_distance_that_is_none_is_refused(farthest: object) -> None:
    told = json.loads(version("head", {}).manifest.as_json()) | {"farthest": farthest}
    with pytest.raises(BrokenVersion):
        Manifest.read(json.dumps(told).encode())


def test_beyond_the_farthest_distance_a_sure_head_says_unknown() -> None:
    files = {"model.tflite": head_with_distance(), "labels.json": LABELS}
    near, far = np.full(1280, 0.001, np.float32), np.full(1280, 0.01, np.float32)
    head = answering_of(version("head", files, farthest=5.0))
    assert isinstance(head, Head)
    assert head.answer(near).category == "red"
    assert head.answer(far).category == UNKNOWN
    assert head.answer(far).confidence == head.answer(near).confidence > 0.9
    without = answering_of(version("head", files))
    assert isinstance(without, Head)
    assert without.answer(far).category == "red"


def test_a_head_that_tells_no_distance_can_have_no_farthest(bucket: MemoryBucket) -> None:
    general = current_version(Models(bucket))
    with pytest.raises(BrokenVersion, match="distance"):
        answering_of(replace(general, manifest=replace(general.manifest, farthest=1.0)))


@pytest.mark.parametrize(("colour", "category"), [("red", "red"), ("blue", "blue")])
def test_a_whole_model_looks_at_the_picture_itself(
    bucket: MemoryBucket, general: Model, tmp_path: Path, colour: str, category: str
) -> None:
    models = Models(bucket)
    backbone = current_version(models).manifest.backbone
    folder = Folder("c", "cnn-1", "whole", whole_files(), {}, backbone, 0.5)
    publish(bucket, folder.write(tmp_path))
    model = Loader(models)(models.version("c", "cnn-1"))
    image = jpeg(Image.new("RGB", (300, 200), colour))
    look, generals = model.look(image), general.look(image)
    assert (look.answer.category, look.answer.model) == (category, "cnn-1")
    assert np.array_equal(look.features, generals.features)
    assert look.answer.fingerprint == pytest.approx(generals.answer.fingerprint, abs=1e-3)


EYE = np.eye(2, 256, dtype=np.float16)
ENDS = np.array([0, 1], np.int32)
HUGE = io.BytesIO()
np.lib.format.write_array_header_1_0(
    HUGE, {"descr": "<f2", "fortran_order": False, "shape": (10**12, 256)}
)

BAD_VECTORS = {
    "nothing": b"",
    "rubbish": b"rubbish" * 100,
    "cut": nearest_files()["vectors.npz"][:-40],
    "no labels": npz(vectors=EYE),
    "no photo": npz(vectors=EYE[:0], labels=ENDS[:0]),
    "a label too few": npz(vectors=EYE, labels=ENDS[:1]),
    "a label without a name": npz(vectors=EYE, labels=ENDS + 1),
    "a label below zero": npz(vectors=EYE, labels=ENDS - 1),
    "other numbers": npz(vectors=EYE[:, :255], labels=ENDS),
    "not of unit length": npz(vectors=EYE * 2, labels=ENDS),
    "not a number": npz(vectors=EYE * np.float16("nan"), labels=ENDS),
    "objects": npz(vectors=np.array([{}, {}], object), labels=ENDS),
    "a single number": npz(vectors=EYE, labels=np.array(1)),
    "text": npz(vectors=EYE, labels=np.array(["a", "b"])),
}


@pytest.mark.parametrize("vectors", BAD_VECTORS.values(), ids=BAD_VECTORS)
def test_vectors_that_are_none_are_refused(vectors: bytes) -> None:
    with pytest.raises(BrokenVersion):
        answering_of(version("nearest", nearest_files(vectors__npz=vectors)))


def test_an_array_that_claims_to_be_huge_is_refused_before_its_memory_is_taken() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("vectors.npy", b"\x93NUMPY\x01\x00" + HUGE.getvalue())
        packed.writestr("labels.npy", b"")
    with pytest.raises(BrokenVersion):
        answering_of(version("nearest", nearest_files(vectors__npz=file.getvalue())))


@pytest.mark.parametrize("kind", ["nearest", "whole"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("fingerprint__npz", b""),
        ("fingerprint__npz", npz(mean=np.zeros(1280), axes=np.zeros((1280, 8)))),
        ("fingerprint__npz", npz(mean=np.zeros(1280), axes=np.full((1280, 256), np.inf))),
        ("labels__json", b"[]"),
        ("labels__json", b'["only one"]'),
        ("labels__json", b"{}"),
    ],
)
def test_a_version_with_another_file_in_the_place_of_its_own_is_refused(
    kind: str, name: str, data: bytes
) -> None:
    files = (nearest_files if kind == "nearest" else whole_files)(**{name: data})
    with pytest.raises(BrokenVersion):
        answering_of(version(kind, files))


@pytest.mark.parametrize("kind", ["head", "nearest", "whole"])
def test_a_version_that_lacks_a_file_is_refused(kind: str) -> None:
    for files in ({}, {"labels.json": LABELS}):
        with pytest.raises(BrokenVersion):
            answering_of(version(kind, files))


def test_a_model_of_another_kind_is_refused_as_a_whole_one() -> None:
    for model in (b"", b"rubbish" * 100, head_with_distance()):
        with pytest.raises(BrokenVersion):
            answering_of(version("whole", whole_files(model__tflite=model)))


def test_a_version_of_no_known_kind_does_not_answer() -> None:
    with pytest.raises(BrokenVersion, match="backbone"):
        answering_of(version("backbone", whole_files()))
