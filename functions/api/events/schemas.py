"""What is told of changes."""

from typing import Any, Literal

from functions.api.schema import Time, Told


class ChangeTold(Told):
    """One change: `changed` holds the fields that changed with their new values."""

    id: str
    event: Literal["photo", "training", "model", "collection"]
    at: Time
    collection: str
    photo: str | None
    training: str | None
    changed: dict[str, Any]


class ChangesPage(Told):
    """Changes, oldest first.

    `next` is the cursor of the next page, null on the last one. `resume` is what to come back with
    later: as `cursor` here, or as `Last-Event-ID` to the events. With `reset` changes are missing
    between the cursor and this page: read everything anew.
    """

    items: list[ChangeTold]
    next: str | None
    resume: str
    reset: bool
