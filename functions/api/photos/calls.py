"""What the calls about photos take and answer."""

from datetime import datetime
from typing import Final

from pydantic import Field

from functions.api.cursor import PageQuery
from functions.api.photos.schemas import PhotoItem, State
from functions.api.schema import Given, Time, Told

MOST_AT_ONCE: Final = 1000
"""Photos in one call."""

_PRINTABLE: Final = r"^[^\x00-\x1f\x7f]*$"
"""MongoDB takes no NUL in an expression, and no file name has any other control character."""


class PhotosQuery(PageQuery):
    """Which photos of a collection; all that is asked for has to be so.

    `taken_from` and, not included, `taken_to` go by the camera's clock: an offset is not looked at.
    `disagree` asks for photos whose label is not the model's category.
    """

    label: str | None = None
    labelled: bool | None = None
    category: str | None = None
    state: State | None = None
    text: str | None = Field(default=None, max_length=200, pattern=_PRINTABLE)
    taken_from: datetime | None = None
    taken_to: datetime | None = None
    confidence_below: float | None = Field(default=None, ge=0, le=1)
    disagree: bool = False


class PhotosPage(Told):
    """Photos, newest first; `next` is the cursor of the page after, null at the end."""

    items: list[PhotoItem]
    next: str | None


class TimelineEntry(Told):
    """One thing that happened; `function` is null when it was none's doing.

    `state` is how an attempt of the function ended (`done`, `rejected`, `failed`, `outage`,
    `superseded`, `died`), or what else happened: `expected`, `stored`, `event`, `waiting`...
    """

    at: Time
    function: str | None
    state: str
    seconds: float | None
    version: str | None
    code: str | None
    reason: str | None


class Timeline(Told):
    """Everything that happened to a photo, in order; the last word of each function stays."""

    photo: str
    entries: list[TimelineEntry]


class PhotosGiven(Given):
    """Ids of photos."""

    photos: list[str] = Field(min_length=1, max_length=MOST_AT_ONCE)


class Trouble(Told):
    """Why one of many could not be done; `code` is listed in docs/errors.md."""

    code: str
    detail: str


class Deleted(Told):
    """How it went with one photo; `problem` is null when it is being deleted."""

    photo: str
    problem: Trouble | None


class DeletedMany(Told):
    """One result for each photo, in their order."""

    items: list[Deleted]
