"""Deliveries: what was given up, and bringing it back."""

from collections.abc import Iterator
from typing import Any

from colecionador.client.line import Answer, Line


class Deliveries:
    """What functions owe photos. Methods raise NoAnswer and Problem."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def all(self, **filters: Any) -> Iterator[Answer]:
        """Every delivery that fits, such as `state="parked"`; for operators."""
        return self._line.pages("deliveries", **filters)

    def replay(self, delivery: str) -> Answer:
        """Have a parked delivery tried again; for operators, and editors of a failed photo."""
        return self._line.ask("POST", "deliveries", delivery, "replay")

    def replay_all(self, **filters: Any) -> Answer:
        """Have all parked deliveries that fit tried again; `replayed` tells how many.

        Editors have to name their `collection` or a `photo`.
        """
        return self._line.ask("POST", "deliveries", "replay", body=filters)
