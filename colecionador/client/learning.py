"""Learning: trainings with their progress, versions of models, going back."""

import time
from collections.abc import Iterator
from typing import Final

from colecionador.client.line import Answer, Line

FINISHED: Final = ("published", "kept", "failed", "cancelled")
"""States of a training in which nothing more happens to it."""

_LOOK_SECONDS: Final = 0.5


class Learning:
    """Trainings and models of the caller's collections. Methods raise NoAnswer and Problem."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def retrain(self, collection: str) -> str:
        """Ask for a training; its id, or that of the one that is queued or running."""
        return str(self._line.ask("POST", "collections", collection, "retrain")["training"])

    def training(self, training: str) -> Answer:
        """How far a training is, or how it ended."""
        return self._line.ask("GET", "trainings", training)

    def progress(self, training: str) -> Iterator[Answer]:
        """The training each time it has changed; the last one is finished (`FINISHED`)."""
        told: Answer = {}
        while told.get("state") not in FINISHED:
            now = self.training(training)
            if now != told:
                told = now
                yield told
            else:
                time.sleep(_LOOK_SECONDS)

    def cancel(self, training: str) -> None:
        """Let a training end at its next step."""
        self._line.ask("DELETE", "trainings", training)

    def models(self, collection: str) -> Answer:
        """Which version answers (`current`), and the newest ones with their reports (`items`)."""
        return self._line.ask("GET", "collections", collection, "models")

    def log(self, collection: str) -> Iterator[Answer]:
        """Which version answered when, and why, newest first."""
        return self._line.pages("collections", collection, "models", "log")

    def files(self, collection: str, version: str) -> Answer:
        """Links to a version's files."""
        return self._line.ask("GET", "collections", collection, "models", version, "files")

    def activate(self, collection: str, version: str, pin: bool = True) -> Answer:
        """Let a version answer, and with `pin` until `unpin`; `general` is the built-in one."""
        return self._line.ask(
            "POST", "collections", collection, "models", version, "activate", body={"pin": pin}
        )

    def unpin(self, collection: str) -> None:
        """Let trainings decide again."""
        self._line.ask("DELETE", "collections", collection, "pin")
