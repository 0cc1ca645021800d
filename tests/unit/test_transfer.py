"""The recipe `transfer` on clusters of features: what it learns, from what, and how it ends."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from functions.classify.lite import Lite
from scheduler.learning.agreement import check_agreement
from scheduler.learning.dataset import HELD_OUT, NO_ROWS, TRAIN, VALIDATION, Dataset
from scheduler.learning.recipe import Cancelled, CannotLearn, Progress
from scheduler.learning.transfer.recipe import FittedHead, Transfer
from scheduler.learning.transfer.settings import TransferSettings
from tests.clusters import clusters

# Keras 3.15 saves by an older protocol of NumPy's.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

QUICK = Transfer(TransferSettings(epochs=6, least_steps=1))


def unwatched(progress: Progress) -> None:
    """Nobody looks."""


def fitted(dataset: Dataset, recipe: Transfer = QUICK) -> FittedHead:
    return recipe.fit(dataset, dataset.on(TRAIN), dataset.on(VALIDATION), unwatched)


@pytest.fixture(scope="module")
def three() -> Dataset:
    return clusters((40, 40, 40))


@pytest.fixture(scope="module")
def head(three: Dataset) -> FittedHead:
    return fitted(three)


@pytest.fixture(scope="module")
def files(head: FittedHead) -> Mapping[str, bytes]:
    return head.files()


def test_photos_it_never_saw_get_their_class(three: Dataset, head: FittedHead) -> None:
    rows = three.on(HELD_OUT)
    probabilities = head.probabilities(three, rows)
    assert probabilities.shape == (len(rows), 3)
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert (probabilities.argmax(axis=1) == three.labels[rows]).all()


def test_what_belongs_to_no_class_is_farther_than_what_does(
    three: Dataset, head: FittedHead
) -> None:
    strange = replace(three, features=clusters((120,)).features)
    near, far = (head.distances(one, one.on(HELD_OUT)) for one in (three, strange))
    assert near.shape == (len(three.on(HELD_OUT)),)
    assert near.min() >= 0
    assert far.min() > near.max()


def test_the_same_data_gives_the_same_weights_and_every_epoch_is_told(
    three: Dataset, head: FittedHead
) -> None:
    told: list[Progress] = []
    again = QUICK.fit(three, three.on(TRAIN), three.on(VALIDATION), told.append)
    for first, second in zip(head.model.get_weights(), again.model.get_weights(), strict=True):
        assert np.array_equal(first, second)
    assert [one.epoch for one in told] == [1, 2, 3, 4, 5, 6]
    assert {one.phase for one in told} == {"training"}
    assert told[-1].done == 1
    assert told[-1].metrics.keys() >= {"loss", "accuracy", "val_loss", "val_accuracy"}


def test_the_files_answer_as_the_trained_model_does(
    three: Dataset, head: FittedHead, files: Mapping[str, bytes]
) -> None:
    assert files.keys() == {"model.keras", "model.tflite"}
    outputs = Lite(files["model.tflite"])(three.features[0])
    shapes = {name: output.shape for name, output in outputs.items()}
    assert shapes == {"probabilities": (3,), "fingerprint": (256,), "distance": (1,)}
    assert np.linalg.norm(outputs["fingerprint"]) == pytest.approx(1, abs=1e-4)
    expected = head.probabilities(three, np.array([0]))[0]
    assert outputs["probabilities"] == pytest.approx(expected, abs=1e-3)


def test_the_keras_file_can_be_loaded_again(
    three: Dataset, head: FittedHead, files: Mapping[str, bytes], tmp_path: Path
) -> None:
    file = tmp_path / "model.keras"
    file.write_bytes(files["model.keras"])
    answers = keras.models.load_model(file).predict(three.features[:5], verbose=0)
    rows = np.arange(5)
    assert np.allclose(answers["probabilities"], head.probabilities(three, rows), atol=1e-5)
    assert np.allclose(answers["distance"][:, 0], head.distances(three, rows), atol=1e-4)


def test_forms_that_do_not_agree_are_refused(
    three: Dataset, head: FittedHead, files: Mapping[str, bytes]
) -> None:
    other = keras.models.clone_model(head.model)
    with pytest.raises(ValueError, match="do not agree: "):
        check_agreement(other, files["model.tflite"], three.features[:5])


def test_it_learns_without_validation_photos_and_with_half_of_the_variants(
    three: Dataset,
) -> None:
    variants = three.variant_features.copy()
    variants[::2] = np.nan
    half = replace(three, variant_features=variants)
    alone = QUICK.fit(half, half.on(TRAIN), half.on("nobody's side"), unwatched)
    assert alone.curves.keys() == {"loss", "accuracy"}
    assert len(alone.curves["loss"]) == 6
    assert np.isfinite(alone.curves["loss"]).all()
    rows = half.on(VALIDATION)
    assert (alone.probabilities(half, rows).argmax(axis=1) == half.labels[rows]).all()


def test_validation_photos_end_it_once_nothing_gets_better(three: Dataset) -> None:
    recipe = Transfer(TransferSettings(epochs=40, patience=1, learning_rate=0.1))
    curves = fitted(three, recipe).curves
    assert curves.keys() == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert len(curves["loss"]) < 40


def test_five_photos_of_each_of_two_classes_are_enough() -> None:
    few = clusters((5, 5))
    head = Transfer().fit(few, np.array([0, 1, 2, 5, 6]), NO_ROWS, unwatched)
    rows = np.array([4, 7, 8, 9])
    assert (head.probabilities(few, rows).argmax(axis=1) == few.labels[rows]).all()


def test_a_class_without_training_photos_is_never_said() -> None:
    dataset = clusters((20, 20, 2))
    head = QUICK.fit(dataset, np.arange(30), NO_ROWS, unwatched)
    assert (head.probabilities(dataset, np.arange(40)).argmax(axis=1) < 2).all()


def test_photos_of_one_class_cannot_be_learned(three: Dataset) -> None:
    with pytest.raises(CannotLearn, match="all have the same label"):
        QUICK.fit(three, np.arange(20), np.array([50]), unwatched)


def test_it_ends_when_it_is_cancelled(three: Dataset) -> None:
    told: list[Progress] = []

    def cancels(progress: Progress) -> None:
        told.append(progress)
        raise Cancelled

    with pytest.raises(Cancelled):
        QUICK.fit(three, three.on(TRAIN), three.on(VALIDATION), cancels)
    assert len(told) == 1


def test_the_hyper_parameters_are_told() -> None:
    assert QUICK.settings["epochs"] == 6
    assert QUICK.name == "transfer"
