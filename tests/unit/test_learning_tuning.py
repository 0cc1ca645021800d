"""The search for better hyper-parameters, with trials that take a second."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from scheduler.learning.cnn.network import SEEDS_OWN, CnnSettings
from scheduler.learning.cnn.tuning import Trial, ranked, search
from scheduler.learning.dataset import TRAIN, VALIDATION, Dataset
from scheduler.learning.recipe import CannotLearn, Progress
from tests.unit.synthetic import two_colours

# Keras Tuner asks threading in an older way.
pytestmark = pytest.mark.filterwarnings("ignore:(currentThread|getName):DeprecationWarning")

BRIEF = CnnSettings(epochs=1, pictures=1)


def searched(
    dataset: Dataset, folder: Path, trials: int, epochs: list[Progress] | None = None
) -> list[Trial]:
    """A search of so many trials; `epochs` gets what it tells of its epochs."""

    def watch(progress: Progress) -> None:
        if epochs is not None and progress.metrics:
            epochs.append(progress)

    rows = dataset.on(TRAIN), dataset.on(VALIDATION)
    return list(search(dataset, *rows, folder, trials, BRIEF, watch))


def test_a_search_ends_with_its_trials_and_goes_on_where_it_was(tmp_path: Path) -> None:
    dataset, folder = two_colours(10), tmp_path / "colours"
    first = searched(dataset, folder, 2)
    assert [trial.number for trial in first] == [1, 2]
    own = asdict(SEEDS_OWN)
    assert first[0].chosen == {name: own[name] for name in first[0].chosen}
    assert first[1].chosen != first[0].chosen
    epochs: list[Progress] = []
    assert searched(dataset, folder, 3, epochs)[:2] == first
    assert len(epochs) == 1


def test_the_best_trial_has_the_lowest_loss() -> None:
    trials = [Trial(1, {}, 0.7, 0.9), Trial(2, {}, 0.4, 0.8), Trial(3, {}, 0.5, 0.8)]
    assert ranked(trials)[0].number == 2


def test_what_a_search_found_for_a_collection_becomes_its_settings() -> None:
    tuned = {"settings": {"learning": {"cnn": {"filters": 32, "dropout": 0.1}}}}
    assert CnnSettings.of(tuned) == CnnSettings(filters=32, dropout=0.1)
    assert CnnSettings.of({"settings": {}}) == SEEDS_OWN


def test_without_validation_photos_there_is_no_search(tmp_path: Path) -> None:
    dataset = two_colours(4)
    with pytest.raises(CannotLearn, match="validation"):
        list(
            search(
                dataset, dataset.on(TRAIN), np.zeros(0, np.intp), tmp_path / "x", 1, BRIEF, print
            )
        )
