"""Collections: make them, look at them, change them, let others in."""

import uuid
from collections.abc import Iterator
from typing import Any

from colecionador.client.line import KEY, Answer, Line


class Collections:
    """The caller's collections. Methods raise NoAnswer and Problem."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def add(self, name: str, **more: Any) -> Answer:
        """Make a collection; its `id` is the api's choice.

        `more` is what else the api takes, such as `recognizer="faces"`.
        """
        # So that a lost answer leaves no second one behind.
        headers = {KEY: str(uuid.uuid4())}
        return self._line.ask("POST", "collections", body={"name": name, **more}, headers=headers)

    def all(self) -> Iterator[Answer]:
        """Every collection the caller is a member of."""
        return self._line.pages("collections")

    def get(self, collection: str) -> Answer:
        """The collection with its labels, settings, members, counts and learning."""
        return self._line.ask("GET", "collections", collection)

    def change(self, collection: str, **changes: Any) -> Answer:
        """Change its name, classifier or settings."""
        return self._line.ask("PATCH", "collections", collection, body=changes)

    def delete(self, collection: str) -> None:
        """Take the collection away with everything in it; that happens in the background."""
        self._line.ask("DELETE", "collections", collection)

    def let_in(self, collection: str, name: str, role: str) -> None:
        """Make somebody a member: viewer, editor or owner."""
        self._line.ask("PUT", "collections", collection, "members", name, body={"role": role})

    def rename_label(self, collection: str, label: str, name: str) -> Answer:
        """Call a label otherwise; one that is there already takes its photos over."""
        return self._line.ask(
            "PATCH", "collections", collection, "labels", label, body={"label": name}
        )

    def changes(self, collection: str, cursor: str | None = None) -> Answer:
        """What happened after the cursor, oldest first under `items`: for who was asleep.

        `next` is the next page's cursor, `resume` the one to come back with later; with `reset`
        something is missing in between.
        """
        return self._line.ask("GET", "collections", collection, "changes", query={"cursor": cursor})

    def predict(self, collection: str, data: bytes, type: str = "image/jpeg") -> Answer:
        """What the collection's model says of a picture; nothing is stored."""
        return self._line.ask(
            "POST", "collections", collection, "predict", raw=data, headers={"Content-Type": type}
        )
