"""Tells a watch how far a Keras training is, and lets it end the training."""

from typing import Final

import keras

from scheduler.learning.recipe import Progress, Watch

PHASE: Final = "training"


def following(watch: Watch, epochs: int, steps: int) -> keras.callbacks.Callback:
    """Told after each of an epoch's `steps` batches and each epoch; Cancelled ends the training."""
    ended = 0

    def batch_ended(batch: int, logs: object) -> None:
        del logs  # Keras gives it by this name; those of a part of an epoch are no metrics.
        watch(Progress(PHASE, (ended + (batch + 1) / steps) / epochs, ended + 1, epochs))

    def epoch_ended(epoch: int, logs: dict[str, float]) -> None:
        nonlocal ended
        ended = epoch + 1
        metrics = {name: float(value) for name, value in logs.items()}
        watch(Progress(PHASE, ended / epochs, ended, epochs, metrics))

    return keras.callbacks.LambdaCallback(on_train_batch_end=batch_ended, on_epoch_end=epoch_ended)
