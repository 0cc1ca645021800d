"""The seed's network from scratch, and the linear model on pixels beside it."""

from dataclasses import dataclass, replace

import keras
import numpy as np
import pytest

from functions.classify.lite import Lite
from scheduler.learning.cnn.batches import training_batches
from scheduler.learning.cnn.linear import Linear, linear_network
from scheduler.learning.cnn.network import SEEDS_OWN, CnnSettings, seed_network
from scheduler.learning.cnn.pixels import pixels_of
from scheduler.learning.cnn.recipe import Cnn
from scheduler.learning.cnn.whole_model import WholeModel
from scheduler.learning.dataset import HELD_OUT, NO_ROWS, TRAIN, VALIDATION, Dataset
from scheduler.learning.recipe import Cancelled, CannotLearn, Progress, Recipe
from tests.unit.synthetic import SeenPictures, two_colours

TINY = CnnSettings(filters=4, dense=16, learning_rate=5e-3, epochs=6, batch=8, pictures=2)
PLAIN = replace(TINY, augmentation=0)

# Keras gives NumPy its arrays in NumPy's older way when it saves a model.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def unwatched(_: Progress) -> None:
    """A watch that never ends a training."""


def fitted(dataset: Dataset, recipe: Recipe) -> WholeModel:
    """What the recipe learns of the data set's sides."""
    model = recipe.fit(dataset, dataset.on(TRAIN), dataset.on(VALIDATION), unwatched)
    assert isinstance(model, WholeModel)
    return model


@dataclass(frozen=True)
class Learned:
    """A tiny network that has learned the colours, and what was seen while it did."""

    model: WholeModel
    told: tuple[Progress, ...]
    read: frozenset[str]


@pytest.fixture(scope="module")
def colours() -> Dataset:
    """Forty photos of two colours."""
    return two_colours(40)


@pytest.fixture(scope="module")
def learned(colours: Dataset) -> Learned:
    """One training, looked at by many tests."""
    told: list[Progress] = []
    model = Cnn(TINY).fit(colours, colours.on(TRAIN), colours.on(VALIDATION), told.append)
    assert isinstance(colours.pictures, SeenPictures)
    return Learned(model, tuple(told), frozenset(colours.pictures.read))


def test_the_seeds_network_has_its_parameters_for_any_number_of_classes() -> None:
    for classes in (2, 7, 10, 40):
        network = seed_network(SEEDS_OWN, classes)
        assert network.answering.count_params() == 1_813_632 + 1_025 * classes
        assert network.training.count_params() == network.answering.count_params()
    assert seed_network(SEEDS_OWN, 10).answering.count_params() == 1_823_882


def test_a_linear_model_has_a_weight_for_each_pixel_and_class() -> None:
    assert linear_network(3).answering.count_params() == (96 * 96 * 3 + 1) * 3


def test_held_out_photos_of_two_colours_are_told_apart(colours: Dataset, learned: Learned) -> None:
    rows = colours.on(HELD_OUT)
    probabilities = learned.model.probabilities(colours, rows)
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert (probabilities.argmax(axis=1) == colours.labels[rows]).all()


def test_a_linear_model_tells_two_colours_apart() -> None:
    dataset = two_colours(20)
    model, rows = fitted(dataset, Linear()), dataset.on(HELD_OUT)
    assert (model.probabilities(dataset, rows).argmax(axis=1) == dataset.labels[rows]).all()


def test_held_out_photos_are_never_looked_at_while_learning(
    colours: Dataset, learned: Learned
) -> None:
    learned_from = np.concatenate([colours.on(TRAIN), colours.on(VALIDATION)])
    assert learned.read == {colours.photos[row] for row in learned_from}


def test_the_files_answer_as_the_model_does(colours: Dataset, learned: Learned) -> None:
    files = learned.model.files()
    assert files.keys() == {"model.keras", "model.tflite", "fingerprint.npz"}
    row = colours.on(HELD_OUT)[:1]
    with pixels_of(colours, row, (), unwatched) as pixels:
        answer = Lite(files["model.tflite"])(pixels[0, 0])
    assert answer["probabilities"] == pytest.approx(
        learned.model.probabilities(colours, row)[0], abs=1e-3
    )


def test_a_model_that_answers_otherwise_in_lite_gives_no_files(learned: Learned) -> None:
    image = keras.Input((96, 96, 3), dtype="uint8", name="image")
    broken = keras.layers.Rescaling(float("nan"))(keras.layers.Flatten()(image))
    with pytest.raises(ValueError, match="do not agree"):
        replace(learned.model, model=keras.Model(image, {"probabilities": broken})).files()


def test_curves_have_a_number_for_each_epoch(learned: Learned) -> None:
    assert learned.model.curves.keys() == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert {len(curve) for curve in learned.model.curves.values()} == {TINY.epochs}


def test_without_validation_photos_half_of_the_epochs_are_taken(colours: Dataset) -> None:
    model = Cnn(PLAIN).fit(colours, colours.on(TRAIN), NO_ROWS, unwatched)
    assert {name: len(curve) for name, curve in model.curves.items()} == {"loss": 3, "accuracy": 3}


def test_the_same_photos_and_seed_give_the_same_model(colours: Dataset, learned: Learned) -> None:
    again, rows = fitted(colours, Cnn(TINY)), colours.on(HELD_OUT)
    assert again.probabilities(colours, rows) == pytest.approx(
        learned.model.probabilities(colours, rows), abs=1e-5
    )


def test_no_photo_at_all_is_answered_with_nothing(colours: Dataset, learned: Learned) -> None:
    assert learned.model.probabilities(colours, NO_ROWS).shape == (0, 2)
    assert learned.model.distances(colours, colours.on(HELD_OUT)).tolist() == [0] * 8


@pytest.mark.parametrize("phase", ["pictures", "training"])
def test_a_watch_ends_it_at_once(colours: Dataset, phase: str) -> None:
    told: list[Progress] = []

    def ending(progress: Progress) -> None:
        told.append(progress)
        if progress.phase == phase:
            raise Cancelled

    with pytest.raises(Cancelled):
        Cnn(PLAIN).fit(colours, colours.on(TRAIN), colours.on(VALIDATION), ending)
    assert [progress.phase for progress in told].count(phase) == 1


def test_a_watch_is_told_of_each_epoch(learned: Learned) -> None:
    epochs = [progress for progress in learned.told if progress.metrics]
    assert [progress.epoch for progress in epochs] == [1, 2, 3, 4, 5, 6]
    assert epochs[-1].metrics.keys() == {"loss", "accuracy", "val_loss", "val_accuracy"}
    training = [progress.done for progress in learned.told if progress.phase == "training"]
    assert training == sorted(training)
    assert training[-1] == 1


def test_photos_of_one_class_teach_nothing(colours: Dataset) -> None:
    blue = np.flatnonzero(colours.labels == 0)
    with pytest.raises(CannotLearn, match="same label"):
        Cnn(TINY).fit(colours, blue, NO_ROWS, unwatched)


def test_a_variant_that_is_not_made_yet_is_replaced_by_the_image() -> None:
    dataset = two_colours(2, missing=frozenset({"brighter"}))
    rows = np.array([0])
    with pixels_of(dataset, rows, dataset.variants, unwatched) as pixels:
        assert (pixels[0, 2] == pixels[0, 0]).all()
        assert (pixels[0, 1] != pixels[0, 0]).any()


def test_an_epoch_draws_some_pictures_of_each_photo_and_weighs_rare_classes_more() -> None:
    dataset = two_colours(10)
    rows = np.array([0, 1, 2, 4])  # one red, three blue
    with pixels_of(dataset, rows, dataset.variants, unwatched) as pixels:
        batches = list(training_batches(dataset, rows, pixels, TINY).as_numpy_iterator())
    labels = np.concatenate([batch[1] for batch in batches])
    weight = np.concatenate([batch[2] for batch in batches])
    assert sorted(labels.tolist()) == [0] * 6 + [1] * 2
    assert weight[labels == 1].sum() == pytest.approx(weight[labels == 0].sum())
