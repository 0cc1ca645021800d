"""Searches hyper-parameters of the seed's network with Keras Tuner.

By Bayesian optimization: a trial takes minutes, so a search has some tens of them at most, and from
the seventh on each is placed where the earlier ones promise most. Random search does not look back,
and Hyperband shares out epochs over brackets whose number of trials can't be chosen.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import keras
import keras_tuner
from keras_tuner.oracles import BayesianOptimizationOracle

from scheduler.learning.cnn.from_scratch import Fed, fed, learn
from scheduler.learning.cnn.network import SEEDS_OWN, CnnSettings, seed_network
from scheduler.learning.dataset import Dataset, Rows
from scheduler.learning.recipe import CannotLearn, Watch

_FIRST_POINTS: Final = 6
_LOSS: Final = "val_loss"
_ACCURACY: Final = "val_accuracy"


@dataclass(frozen=True)
class Trial:
    """One set of hyper-parameters with what the validation photos said of it, at its best epoch.

    `number` counts from 1, which is always the seed's own network.
    """

    number: int
    chosen: Mapping[str, float]
    loss: float
    accuracy: float


def search(
    dataset: Dataset,
    training: Rows,
    validation: Rows,
    folder: Path,
    trials: int,
    settings: CnnSettings,
    watch: Watch,
) -> Iterator[Trial]:
    """Each trial as it ends, those of an earlier search in `folder` first; `trials` in all.

    What is not searched (epochs, patience, seed ...) is that of `settings`. Trials are comparable
    only for the same photos and settings: `folder` belongs to both. Raises CannotLearn without
    validation photos, RuntimeError for a trial that failed, and what `watch` raises.
    """
    if not len(validation):
        raise CannotLearn("A search needs validation photos to compare its trials by.")
    with fed(dataset, training, validation, settings, watch) as food:
        oracle = _SeedFirst(
            keras_tuner.Objective(_LOSS, "min"),
            max_trials=trials,
            num_initial_points=_FIRST_POINTS,
            seed=settings.seed,
            hyperparameters=_space(),
            max_consecutive_failed_trials=1,
        )
        tuner = _Search(oracle, directory=folder.parent, project_name=folder.name)
        for number in range(1, trials + 1):
            oracle.max_trials = number
            tuner.search(food, len(dataset.classes), settings, watch, verbose=0)
            yield _told(number, oracle.trials[oracle.start_order[number - 1]])


def ranked(trials: Iterable[Trial]) -> list[Trial]:
    """The trials, that with the lowest loss first."""
    return sorted(trials, key=lambda trial: trial.loss)


def _space() -> keras_tuner.HyperParameters:
    """What is searched. Defaults are the seed's own."""
    space, own = keras_tuner.HyperParameters(), SEEDS_OWN
    space.Choice("filters", [32, 48, 64, 96], default=own.filters)
    space.Choice("kernel", [3, 5], default=own.kernel)
    space.Choice("dense", [256, 512, 1024], default=own.dense)
    space.Float("dropout", 0.0, 0.6, step=0.1, default=own.dropout)
    space.Float("learning_rate", 1e-4, 2e-3, sampling="log", default=own.learning_rate)
    space.Float("augmentation", 0.0, 1.0, step=0.25, default=own.augmentation)
    return space


class _SeedFirst(BayesianOptimizationOracle):  # type: ignore[misc]  # it comes without types
    """Begins with the seed's own network, so that the best one is never worse than that."""

    def populate_space(self, trial_id: str) -> dict[str, Any]:
        if not self.start_order:
            own = {one.name: one.default for one in self.hyperparameters.space}
            return {"status": "RUNNING", "values": own}
        found: dict[str, Any] = super().populate_space(trial_id)
        return found


class _Search(keras_tuner.Tuner):  # type: ignore[misc]  # it comes without types
    """Learns as the recipe does; unlike Keras Tuner's own trial it keeps no weights on the disk."""

    def run_trial(
        self, trial: Any, food: Fed, classes: int, settings: CnnSettings, watch: Watch, **_: object
    ) -> dict[str, float]:
        chosen = replace(settings, **trial.hyperparameters.values)
        keras.utils.set_random_seed(chosen.seed)
        curves = learn(seed_network(chosen, classes), food, chosen, watch)
        epoch = curves[_LOSS].index(min(curves[_LOSS]))
        return {name: curves[name][epoch] for name in (_LOSS, _ACCURACY)}


def _told(number: int, trial: Any) -> Trial:
    return Trial(
        number=number,
        chosen=trial.hyperparameters.values,
        loss=trial.metrics.get_last_value(_LOSS),
        accuracy=trial.metrics.get_last_value(_ACCURACY),
    )
