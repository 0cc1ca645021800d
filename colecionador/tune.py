"""`colecionador tune`: search better hyper-parameters for the network from scratch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from colecionador.operator import Operator, with_operator
from colecionador.shown import say, show_table
from colecionador.training_here import steps_shown, training_here
from functions.runtime.database import outages

if TYPE_CHECKING:
    from scheduler.learning.cnn.tuning import Trial


@click.command()
@click.argument("collection")
@click.option(
    "--trials", type=click.IntRange(1, 1000), default=12, show_default=True, help="In all."
)
@click.option(
    "--epochs",
    type=click.IntRange(1, 1000),
    default=15,
    show_default=True,
    help="The most a trial takes.",
)
@with_operator
def tune(operator: Operator, collection: str, trials: int, epochs: int) -> None:
    """Search hyper-parameters for the recipe cnn of COLLECTION, by its validation photos.

    Runs here, for minutes a trial; ended with Ctrl-C it goes on there the next time, as long as
    the labels are the same. The best ones are stored in the collection's settings.
    """
    operator.collection(collection)
    with training_here():
        ordered = _searched(operator, collection, trials, epochs)
    names = list(ordered[0].chosen)
    rows = [(str(one.number), *_cells(one, names)) for one in ordered]
    show_table("trials, the best first", ("trial", "accuracy", "loss", *names), rows)
    _store(operator, collection, ordered[0].chosen)
    say(f"Trial {ordered[0].number} is stored: the recipe cnn of {collection} uses it from now on.")


def _searched(operator: Operator, collection: str, trials: int, epochs: int) -> "list[Trial]":
    """The trials, the best first."""
    # Imported late: they bring TensorFlow, which other commands do without.
    from scheduler.learning.cnn.network import SEEDS_OWN
    from scheduler.learning.cnn.pixels import with_pictures_of_variants
    from scheduler.learning.cnn.tuning import ranked, search
    from scheduler.learning.dataset import TRAIN, VALIDATION
    from scheduler.learning.photos.reading import read_dataset

    dataset = with_pictures_of_variants(
        read_dataset(operator.database, operator.storage, collection).dataset
    )
    folder = operator.stack.folder / "tuning" / collection / f"{dataset.digest()}-{epochs}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    settings = replace(SEEDS_OWN, epochs=epochs)
    rows = dataset.on(TRAIN), dataset.on(VALIDATION)
    done = []
    with steps_shown(f"tuning {collection}") as watch:
        for trial in search(dataset, *rows, folder, trials, settings, watch):
            done.append(trial)
            chosen = ", ".join(f"{name} {value:g}" for name, value in trial.chosen.items())
            say(f"trial {trial.number} of {trials}: accuracy {trial.accuracy:.3f}, {chosen}")
    return ranked(done)


def _cells(trial: "Trial", names: Sequence[str]) -> tuple[str, ...]:
    values = (f"{trial.chosen[name]:g}" for name in names)
    return (f"{trial.accuracy:.3f}", f"{trial.loss:.3f}", *values)


def _store(operator: Operator, collection: str, chosen: Mapping[str, float]) -> None:
    with outages():
        operator.database["collections"].update_one(
            {"_id": collection}, {"$set": {"settings.learning.cnn": dict(chosen)}}
        )
