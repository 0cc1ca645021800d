"""What `tune` and `compare` share: reading and training in the command's own process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from colecionador.operator import Operator
from colecionador.shown import safe, say
from colecionador.training_shown import line_of
from functions.runtime.database import Document
from scheduler.learning.recipe import CannotLearn, Watch
from scheduler.learning.recipe import Progress as Step


def collection_of(operator: Operator, collection: str) -> Document:
    """The collection's document; raises click.ClickException when there is none."""
    found = operator.collections.get(collection)
    if found is None:
        raise click.ClickException(f"There is no collection {collection!r}.")
    return found


@contextmanager
def learning() -> Iterator[None]:
    """Keeps TensorFlow's chatter out; says what can't be learned, or was removed, in a sentence."""
    # Must be set before TensorFlow is imported.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        yield
    except CannotLearn as reason:
        raise click.ClickException(str(reason)) from reason
    except OSError as error:
        raise click.ClickException(f"A picture or this machine's disk: {error}.") from error


@contextmanager
def shown(what: str) -> Iterator[Watch]:
    """A watch that shows a bar on a terminal, else a line for each epoch."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(safe(what), total=1.0)

        def watch(step: Step) -> None:
            told = {
                "state": "running",
                "phase": step.phase,
                "epoch": step.epoch,
                "epochs": step.epochs,
                "metrics": step.metrics,
            }
            line = f"{what}: {line_of(told)}"
            bar.update(task, description=safe(line), completed=step.done)
            if bar.disable and step.metrics:
                say(line)

        yield watch
