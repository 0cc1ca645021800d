"""Photos: the record, lists, labels, and waiting until they are ready."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from colecionador.client.errors import NotFound
from colecionador.client.events import Events
from colecionador.client.line import Answer, Line

ENDS: Final = ("ready", "rejected", "failed", "removed")
"""States in which nothing more happens to a photo by itself."""

_PAGE: Final = 200


class Photos:
    """The photos of the caller's collections. Methods raise NoAnswer and Problem."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def get(self, photo: str, wait: int | None = None) -> Answer:
        """The photo's record; with `wait` (at most 20 s) as soon as it has a category or error."""
        prefer = {"Prefer": f"wait={wait}"} if wait else None
        return self._line.ask("GET", "photos", photo, headers=prefer)

    def all(self, collection: str, **filters: Any) -> Iterator[Answer]:
        """Every photo of the collection that fits the filters, newest first.

        `filters` are those of the api, such as `label="hat"`, `state="ready"` or
        `confidence_below=0.5`.
        """
        return self._line.pages("collections", collection, "photos", limit=_PAGE, **filters)

    def timeline(self, photo: str) -> Answer:
        """What happened to the photo, in order, under `entries`."""
        return self._line.ask("GET", "photos", photo, "timeline")

    def label(self, photo: str, label: str | None) -> Answer:
        """Say what the photo shows; None takes the label away."""
        return self._line.ask("PUT", "photos", photo, "label", body={"label": label})

    def label_many(self, collection: str, labels: Mapping[str, str | None]) -> Answer:
        """Say it of up to 1000, by photo; under `items` one result or problem for each."""
        said = [{"photo": photo, "label": label} for photo, label in labels.items()]
        return self._line.ask("POST", "collections", collection, "labels", body={"labels": said})

    def delete(self, photo: str) -> None:
        """Take the photo away with all that was made of it, for good."""
        self._line.ask("DELETE", "photos", photo)

    def delete_many(self, collection: str, photos: Sequence[str]) -> Answer:
        """Take up to 1000 away; under `items` one result or problem for each."""
        return self._line.ask(
            "POST", "collections", collection, "photos", "delete", body={"photos": list(photos)}
        )

    def ended(self, photos: Iterable[str], patience: float = 300.0) -> Iterator[Answer]:
        """The records of these photos as they end (`ENDS`), in the order of their ends.

        Listens to events. Stops early when none has ended for `patience` seconds; the api may be
        away for as long.
        """
        waiting = dict.fromkeys(photos)
        if not waiting:
            return
        with Events(self._line, patience=patience) as events:
            # What has ended before we listened.
            yield from self._over(waiting, list(waiting))
            events.deadline = time.monotonic() + patience
            for event in events if waiting else ():
                asked = list(waiting) if event.kind == "reset" else [event.told.get("photo", "")]
                for record in self._over(waiting, asked):
                    yield record
                    events.deadline = time.monotonic() + patience
                if not waiting:
                    return
        yield from self._over(waiting, list(waiting))

    def _over(self, waiting: dict[str, None], asked: Iterable[str]) -> Iterator[Answer]:
        """Those of `asked` that have ended; they are waited for no longer."""
        for photo in asked:
            if photo not in waiting:
                continue
            try:
                record = self.get(photo)
            except NotFound:
                record = {"id": photo, "state": "removed"}
            if record["state"] in ENDS:
                del waiting[photo]
                yield record
