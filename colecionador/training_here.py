"""Trains in the command's own process, as `tune` and `compare` do: its steps and its refusals."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from colecionador.shown import live_line, say
from colecionador.training_shown import line_of
from scheduler.quiet import quiet_tensorflow

if TYPE_CHECKING:
    from scheduler.learning.recipe import Progress, Watch


@contextmanager
def training_here() -> Iterator[None]:
    """Keeps TensorFlow's chatter out; says what can't be learned, or was removed, in a sentence."""
    quiet_tensorflow()
    # Imported late: it brings NumPy, which other commands do without.
    from scheduler.learning.recipe import CannotLearn

    try:
        yield
    except CannotLearn as reason:
        raise click.ClickException(str(reason)) from reason
    except OSError as error:
        raise click.ClickException(f"A picture or this machine's disk: {error}.") from error


@contextmanager
def steps_shown(what: str) -> Iterator["Watch"]:
    """A watch that shows a bar on a terminal, else a line for each epoch."""
    with live_line() as show:

        def watch(step: "Progress") -> None:
            told = {
                "state": "running",
                "phase": step.phase,
                "epoch": step.epoch,
                "epochs": step.epochs,
                "metrics": step.metrics,
            }
            line = f"{what}: {line_of(told)}"
            if not show(line, step.done) and step.metrics:
                say(line)

        yield watch
