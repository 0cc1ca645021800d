"""Shows a training as it goes: a bar on a terminal, else a line for each phase and epoch."""

import time
from typing import Final

import click

from colecionador.shown import live_line, say, span
from functions.learning.trainings import FINISHED, Trainings
from functions.runtime.database import Document
from functions.runtime.faults import Outage
from infra.layout import Stack
from infra.readiness import is_ready

_LOOK_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 30.0
"""So long scheduler or Mongo may be away: their supervisor starts them again within seconds."""


def shown_until_finished(
    trainings: Trainings, training_id: str, stack: Stack, patience: float = _PATIENCE_SECONDS
) -> Document:
    """The training once it is finished, shown until then.

    Raises click.ClickException when the scheduler is not there, or the training is gone, and Outage
    when Mongo stays away.
    """
    with live_line() as show:
        seen, told = time.monotonic(), ""
        while True:
            training = _looked_at(trainings, training_id, seen, patience)
            if training and training["state"] in FINISHED:
                return training
            if training and is_ready(stack, "scheduler"):
                seen = time.monotonic()
            elif time.monotonic() - seen > patience:
                raise click.ClickException(
                    "The scheduler does not answer. The training stays in the queue and begins "
                    "when it is there again; `colecionador doctor` says more."
                )
            if training:
                line = line_of(training)
                if not show(f"{line}{_left(training)}", training["progress"]) and line != told:
                    say(line)
                told = line
            time.sleep(_LOOK_SECONDS)


def line_of(training: Document) -> str:
    """How far it is in one line, such as `head, epoch 3 of 40, accuracy 0.912`."""
    if training["state"] == "queued":
        waits = training.get("reason")
        return f"queued: {waits}" if waits else "queued"
    parts = [training.get("phase") or "starting"]
    if training.get("epoch") is not None:
        parts.append(f"epoch {training['epoch']} of {training.get('epochs')}")
    metrics = training.get("metrics") or {}
    name = "val_accuracy" if "val_accuracy" in metrics else "accuracy"
    if metrics.get(name) is not None:
        parts.append(f"accuracy {metrics[name]:.3f}")
    return ", ".join(parts)


def _left(training: Document) -> str:
    seconds = training.get("estimate_seconds")
    return f", {span(seconds)} left" if seconds else ""


def _looked_at(
    trainings: Trainings, training_id: str, seen: float, patience: float
) -> Document | None:
    """The training; None while Mongo is away for a moment."""
    try:
        training = trainings.get(training_id)
    except Outage:
        if time.monotonic() - seen > patience:
            raise
        return None
    if training is None:
        raise click.ClickException(f"Training {training_id} is gone; ask for another one.")
    return training
