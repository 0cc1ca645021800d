"""What the nearest labelled photos say, and how a version is made of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from functions.classify.answer import UNKNOWN, Answer
from functions.classify.model import Model, answering_of
from functions.classify.nearest import Nearest, chance, confidences
from functions.runtime.models import Version
from scheduler.nearest_folder import ALONE, LOWEST, Labelled, nearest_folder, threshold_of
from scheduler.version_folder import Folder

PHOTOS = sorted((Path(__file__).parents[1] / "samples/clothes").rglob("*.jpg"))
NOW = datetime(2026, 11, 21, 14, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def features(general: Model) -> Mapping[str, NDArray[np.float16]]:
    """The features of the sample clothes by file name, as they are stored."""
    looks = {photo.stem: general.look(photo.read_bytes()) for photo in PHOTOS}
    return {photo: look.features.astype(np.float16) for photo, look in looks.items()}


def folder_of(photos: Sequence[Path], features: Mapping[str, NDArray[np.float16]]) -> Folder:
    """A version that has learned these photos under the names of their folders."""
    labels = {photo.stem: photo.parent.name for photo in photos}
    labelled = Labelled(labels, dict.fromkeys(labels, "etag"))
    known = {photo: features[photo] for photo in labels}
    return nearest_folder("wardrobe", labelled, known, 0.95, NOW)


def answer(folder: Folder, feature: NDArray[np.float16]) -> Answer:
    """What the version says, loaded as classify does it."""
    answering = answering_of(Version(folder.manifest(), folder.files))
    assert isinstance(answering, Nearest)
    return answering.answer(feature.astype(np.float32))


def test_a_labelled_photo_gets_its_own_label(
    features: Mapping[str, NDArray[np.float16]],
) -> None:
    folder = folder_of(PHOTOS, features)
    for photo in PHOTOS:
        said = answer(folder, features[photo.stem])
        assert said.top[0].category == photo.parent.name
        assert said.model == folder.version == f"nearest-20261121-140501-{folder.version[-8:]}"
        assert np.linalg.norm(said.fingerprint) == pytest.approx(1.0, abs=1e-3)


def test_after_the_first_label_only_what_is_much_alike_is_called_so(
    features: Mapping[str, NDArray[np.float16]],
) -> None:
    first, *others = PHOTOS
    folder = folder_of([first], features)
    assert answer(folder, features[first.stem]).category == first.parent.name
    wrong = [photo for photo in others if photo.parent != first.parent]
    assert {answer(folder, features[photo.stem]).category for photo in wrong} == {UNKNOWN}


def test_a_version_is_made_of_the_photos_whose_features_are_there(
    features: Mapping[str, NDArray[np.float16]],
) -> None:
    labelled = Labelled({"a": "hat", "b": "shoe"}, {"a": "1", "b": "2"})
    folder = nearest_folder("c", labelled, {"a": features[PHOTOS[0].stem]}, 0.95, NOW)
    assert folder.files["labels.json"] == b'["hat"]'


@pytest.mark.parametrize(
    ("labels", "etags"),
    [
        ({"a": "shoe", "b": "hat"}, {"a": "1", "b": "2"}),
        ({"a": "hat"}, {"a": "1"}),
        ({"a": "hat", "b": "hat"}, {"a": "1", "b": "3"}),
    ],
)
def test_the_digest_tells_another_label_another_photo_and_other_bytes(
    labels: dict[str, str], etags: dict[str, str]
) -> None:
    known = Labelled({"a": "hat", "b": "hat"}, {"a": "1", "b": "2"})
    assert Labelled(labels, etags).digest() != known.digest()
    assert Labelled({"b": "hat", "a": "hat"}, {"b": "2", "a": "1"}).digest() == known.digest()


def said(*photos: tuple[float, int]) -> list[float]:
    """The confidences of two classes by (cosine, class) of labelled photos."""
    cosines = np.array([cosine for cosine, _ in photos], np.float32)
    labels = np.array([label for _, label in photos], np.intp)
    return [float(number) for number in confidences(cosines, labels, 2)]


def test_a_photo_that_is_more_alike_gives_more_confidence() -> None:
    assert [chance(c) for c in (0.2, 0.4, 0.6)] == sorted(chance(c) for c in (0.2, 0.4, 0.6))
    assert chance(0.4) == pytest.approx(0.5)
    assert chance(1.0) > 0.99


def test_neighbours_that_disagree_take_confidence_away() -> None:
    alone, _ = said((0.7, 0))
    agreed, _ = said((0.7, 0), (0.65, 0))
    disputed, other = said((0.7, 0), (0.65, 1))
    assert agreed == pytest.approx(alone)
    assert other < disputed < alone


def test_only_the_nearest_few_have_a_say() -> None:
    near = [(0.8, 0)] * 5
    assert said(*near, *[(0.3, 1)] * 50) == said(*near)


def clusters(each: int, apart: float) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Two classes of unit vectors around two directions, with noise."""
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1], each)
    vectors = random.normal(0, 0.03, (2 * each, 256))
    vectors[np.arange(2 * each), labels] += apart
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), labels


def test_classes_whose_photos_are_less_alike_get_a_lower_threshold_when_they_are_told_apart() -> (
    None
):
    assert threshold_of(*clusters(20, apart=1.0), 2, 0.95) == ALONE
    assert LOWEST <= threshold_of(*clusters(20, apart=0.45), 2, 0.95) < ALONE


def test_without_enough_photos_without_a_second_class_or_without_sense_the_threshold_is_fixed() -> (
    None
):
    few, many = clusters(4, apart=1.0), clusters(20, apart=1.0)
    noise, labels = clusters(20, apart=0.0)
    assert threshold_of(*few, 2, 0.95) == ALONE
    assert threshold_of(many[0], np.zeros_like(many[1]), 1, 0.95) == ALONE
    assert threshold_of(noise, labels, 2, 0.95) == ALONE


def test_copies_of_a_photo_are_no_proof_of_how_alike_its_class_is() -> None:
    vectors, labels = clusters(20, apart=0.45)
    twice = np.repeat(vectors, 2, axis=0), np.repeat(labels, 2)
    assert threshold_of(*twice, 2, 0.95) < ALONE
