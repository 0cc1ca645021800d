"""The features of real photos, and the answers of the built-in head to them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from functions.classify.answer import UNKNOWN, Rules
from functions.classify.backbone import FEATURES, picture
from functions.classify.head import Head
from functions.classify.model import Loader, Model
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import GENERAL, Models, Version
from scheduler.general.version import wnids
from scheduler.version_folder import read_folder
from tests.unit.bucket import MemoryBucket

SAMPLES = Path(__file__).parents[1] / "samples"
SHIRT = SAMPLES / "clothes/t-shirt/0e9dc3b7-f9de-4bc0-8ec1-8f442b4dcba4.jpg"
PHOTOS = sorted((SAMPLES / "clothes").rglob("*.jpg"))


def jpeg(image: Image.Image) -> bytes:
    """The image as it would be stored."""
    file = BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


def current_version(models: Models) -> Version:
    """The version of general that its pointer names."""
    pointer = models.pointer(GENERAL)
    assert pointer
    return models.version(GENERAL, pointer.version)


def test_the_same_image_has_the_same_features_every_time(general: Model) -> None:
    image = SHIRT.read_bytes()
    first = general.look(image).features
    assert first.shape == (FEATURES,)
    assert first.dtype == np.float32
    assert np.array_equal(first, general.look(image).features)


def test_features_stay_what_the_backbone_version_promises(general: Model) -> None:
    """When this fails, RECIPE in scheduler/backbone/version.py must be raised."""
    features = general.look(SHIRT.read_bytes()).features
    assert features[:4] == pytest.approx([0.0065, 0.3160, 0.0696, 0.0226], abs=2e-3)
    assert float(features.sum()) == pytest.approx(165.9, abs=0.5)


def test_threads_that_ask_at_once_get_their_own_answers(general: Model) -> None:
    images = [photo.read_bytes() for photo in PHOTOS[::4]]
    alone = [general.look(image).features for image in images]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(general.backbone.features, images))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


@pytest.mark.parametrize(
    ("photo", "category"),
    [
        ("t-shirt/0e9dc3b7-f9de-4bc0-8ec1-8f442b4dcba4", "jersey"),
        ("pants/6f620707-3a67-4a98-99c5-694763f3404f", "jean"),
        ("shoes/fb0e4090-f7e7-424a-aa85-44daffcea9a1", "running shoe"),
    ],
)
def test_a_photo_gets_the_name_of_what_it_shows(general: Model, photo: str, category: str) -> None:
    image = (SAMPLES / f"clothes/{photo}.jpg").read_bytes()
    answer = general.look(image).answer
    assert answer.category == category
    assert answer.model == general.version


def test_a_black_picture_is_unknown_with_its_guesses_beside(general: Model) -> None:
    answer = general.look(jpeg(Image.new("RGB", (640, 480)))).answer
    assert answer.category == UNKNOWN
    assert len(answer.top) == 5
    assert answer.confidence == answer.top[0].confidence < 0.4


def test_guesses_come_best_first_and_are_all_different(general: Model) -> None:
    for photo in PHOTOS[::6]:
        top = general.look(photo.read_bytes()).answer.top
        confidences = [guess.confidence for guess in top]
        assert confidences == sorted(confidences, reverse=True)
        assert len({guess.category for guess in top}) == 5


def test_fingerprints_have_unit_length_and_like_is_nearer_than_unlike(general: Model) -> None:
    prints = {photo: general.look(photo.read_bytes()).answer.fingerprint for photo in PHOTOS}
    assert [np.linalg.norm(p) for p in prints.values()] == pytest.approx([1.0] * len(prints))
    near = []
    for photo, own in prints.items():
        others = {p: float(own @ f) for p, f in prints.items() if p != photo}
        near.append(max(others, key=lambda p: others[p]).parent == photo.parent)
    assert np.mean(near) >= 0.7


def test_only_the_middle_of_a_long_picture_is_looked_at() -> None:
    long = Image.new("RGB", (1600, 200), "white")
    long.paste("red", (0, 0, 600, 200))
    assert picture(jpeg(long)).shape == (224, 224, 3)
    assert picture(jpeg(long)).min() > 200


def test_the_smallest_picture_has_features(general: Model) -> None:
    assert np.isfinite(general.look(jpeg(Image.new("RGB", (1, 1), "red"))).features).all()


def test_a_head_with_the_wrong_number_of_labels_is_refused(shipped_folders: list[Path]) -> None:
    (folder,) = (place for place in shipped_folders if place.parent.name == GENERAL)
    version = Version(*read_folder(folder))
    with pytest.raises(ValueError, match="999 labels"):
        Head(Rules("general-x", ["x"] * 999, 0.5), version.files["model.tflite"])


def test_a_head_without_its_backbone_is_refused(bucket: MemoryBucket) -> None:
    models = Models(bucket)
    version = current_version(models)
    for key in [key for key in bucket.objects if key.startswith("backbone/")]:
        del bucket.objects[key]
    with pytest.raises(BrokenVersion):
        Loader(models)(version)


def test_heads_share_the_backbone_they_work_on(bucket: MemoryBucket) -> None:
    models = Models(bucket)
    load = Loader(models)
    version = current_version(models)
    old, new = load(version), load(version)
    assert old.backbone is new.backbone


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("model.tflite", b""),
        ("model.tflite", b"rubbish" * 1000),
        ("labels.json", b"{}"),
        ("labels.json", b'["only one"]'),
        ("labels.json", b"\xff"),
    ],
)
def test_a_head_whose_files_are_not_what_they_should_be_is_refused(
    bucket: MemoryBucket, file: str, data: bytes
) -> None:
    models = Models(bucket)
    version = current_version(models)
    with pytest.raises(BrokenVersion):
        Loader(models)(replace(version, files={**version.files, file: data}))


def test_every_class_has_a_name_of_its_own() -> None:
    names = list(wnids().values())
    assert len(names) == len(set(names)) == 1000
    assert all(0 < len(name) <= 64 and name == name.strip().lower() for name in names)
    assert UNKNOWN not in names


def test_keras_and_litert_agree(general: Model) -> None:
    """TensorFlow is imported here alone: it takes some seconds."""
    from scheduler.backbone.network import backbone
    from scheduler.backbone.weights import imagenet_weights

    model = backbone(imagenet_weights())
    for photo in PHOTOS[::8]:
        image = photo.read_bytes()
        expected = np.asarray(model(picture(image)[None], training=False))[0]
        assert np.abs(general.look(image).features - expected).max() < 1e-3
