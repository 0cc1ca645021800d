"""What is said of photos by people, as requests and answers."""

from typing import Self

from pydantic import Field, model_validator

from functions.api.photos.calls import MOST_AT_ONCE, Trouble
from functions.api.schema import Given, Told


class LabelGiven(Given):
    """What a photo shows; null takes the label away.

    `ignored` (seen, and nobody or nothing) is for findings of faces and digits only.
    """

    label: str | None = None
    ignored: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if ("label" in self.model_fields_set) == self.ignored:
            raise ValueError("send either `label` or `ignored: true`")
        return self


class OneLabel(Given):
    """A photo of the collection and its label."""

    photo: str
    label: str | None


class ManyLabels(Given):
    """Labels of many photos."""

    labels: list[OneLabel] = Field(min_length=1, max_length=MOST_AT_ONCE)


class Labelled(Told):
    """How it went with one photo: its label as it is spelled, or the `problem`."""

    photo: str
    label: str | None
    problem: Trouble | None


class LabelledMany(Told):
    """One result for each photo, in their order."""

    items: list[Labelled]


class NewName(Given):
    """What a label is called from now on."""

    label: str


class Renamed(Told):
    """The label as it is spelled now, and how many photos were changed."""

    label: str
    photos: int
