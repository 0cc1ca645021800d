"""`colecionador retrain`: ask for a training, watch it, cancel it."""

import sys

import click

from colecionador.operator import Operator, with_operator
from colecionador.shown import say
from colecionador.training_shown import shown_until_finished
from functions.learning.settings import CLASSIFIERS
from functions.learning.trainings import JUDGED, Trainings
from infra.readiness import is_ready

_INTERRUPTED = 130


@click.command()
@click.argument("collection")
@click.option(
    "--recipe", type=click.Choice(CLASSIFIERS), help="Not the collection's own, for once."
)
@click.option("--wait", is_flag=True, help="Show how far it is until it ends.")
@click.option("--cancel", is_flag=True, help="Cancel the one that is queued or running.")
@with_operator
def retrain(
    operator: Operator, collection: str, recipe: str | None, wait: bool, cancel: bool
) -> None:
    """Train COLLECTION on its labels now; one that is queued or running already is taken.

    Exit code 0 when it was published, or kept back because the current model is better: both are
    honest answers. 1 when it failed or was cancelled.
    """
    found = operator.collection(collection)
    if cancel:
        _cancel(operator, collection)
        return
    trainings = Trainings.of(operator.database)
    training_id = trainings.ask(
        collection,
        recipe or found.get("classifier", "transfer"),
        by=operator.stack.secrets["ADMIN_USER"],
    )
    say(f"training {training_id} of {collection}: {_state(trainings, training_id)}")
    if wait:
        sys.exit(_wait(operator, trainings, collection, training_id))
    if not is_ready(operator.stack, "scheduler"):
        say("The scheduler does not answer; it begins the training when it is there again.")


def _wait(operator: Operator, trainings: Trainings, collection: str, training_id: str) -> int:
    """Show the training until it ends; the exit code."""
    try:
        finished = shown_until_finished(trainings, training_id, operator.stack)
    except KeyboardInterrupt:
        say(f"The training goes on. To end it: colecionador retrain {collection} --cancel")
        return _INTERRUPTED
    say(f"{finished['state']}: {finished['reason']}")
    if finished["state"] == "kept":
        say("That is an honest answer, no failure: the current model keeps answering.")
    return 0 if finished["state"] in JUDGED else 1


def _state(trainings: Trainings, training_id: str) -> str:
    training = trainings.get(training_id) or {}
    told = f"{training.get('state')}, {training.get('recipe')}"
    return f"{told}, asked for by {training.get('asked_by')}"


def _cancel(operator: Operator, collection: str) -> None:
    trainings = Trainings.of(operator.database)
    training = trainings.open_of(collection)
    if training is None or not trainings.cancel(training["_id"]):
        raise click.ClickException(f"No training of {collection} is queued or running.")
    soon = "" if training["state"] == "queued" else " at its next step"
    say(f"training {training['_id']} of {collection} is cancelled{soon}")
