"""What collections are asked and answer."""

from typing import Any

from pydantic import Field

from functions.api.caller import Role
from functions.api.collections.settings import (
    Classifier,
    DigitsSettings,
    FacesSettings,
    Recognizer,
    WholeSettings,
)
from functions.api.photos.schemas import Finding
from functions.api.schema import Given, Time, Told

_SETTINGS = "Settings of the recognizer by name; those that are not named stay as they are."


class NewCollection(Given):
    """A collection to make."""

    name: str = Field(max_length=1000)
    recognizer: Recognizer = "whole"
    classifier: Classifier = "transfer"
    settings: dict[str, Any] = Field(default={}, description=_SETTINGS)


class CollectionChange(Given):
    """What is to be otherwise; what is left out stays."""

    name: str = Field(default="", max_length=1000)
    classifier: Classifier = "transfer"
    settings: dict[str, Any] = Field(default={}, description=_SETTINGS)


class Counts(Told):
    """Photos by state; `total` without those that never came, `labelled` of them all."""

    total: int
    received: int
    ready: int
    rejected: int
    failed: int
    labelled: int


class LabelClass(Told):
    """A label, its photos, and how many more of them it needs before it is learned."""

    label: str
    photos: int
    needed: int


class LastTraining(Told):
    """The training that ended last; `version` is null unless one was made."""

    id: str
    state: str
    reason: str | None
    finished_at: Time
    version: str | None


class LearningTold(Told):
    """New or corrected labels since the last training, and how many the next one still needs."""

    labels: int
    needed: int
    classes: list[LabelClass]
    next: str
    last_training: LastTraining | None


class DeletionTold(Told):
    """How far the deletion is: `left` of so many `photos` are still there."""

    asked_at: Time
    by: str
    photos: int
    left: int


class CollectionTold(Told):
    """A collection; `deletion` is null unless it is being deleted."""

    id: str
    name: str
    recognizer: Recognizer
    classifier: Classifier
    labels: list[str]
    settings: WholeSettings | FacesSettings | DigitsSettings
    members: dict[str, Role]
    counts: Counts
    learning: LearningTold
    created_at: Time
    deletion: DeletionTold | None


class CollectionsTold(Told):
    """A page of collections, newest first."""

    items: list[CollectionTold]
    next: str | None


class Guess(Told):
    """A category with its confidence, 0 to 1."""

    category: str
    confidence: float


class Prediction(Told):
    """What a model says of a picture; `top` has its best guesses, best first."""

    category: str
    confidence: float
    model: str
    findings: list[Finding]
    top: list[Guess]
