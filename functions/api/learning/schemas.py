"""What is asked and told of trainings and model versions."""

from typing import Literal

from pydantic import Field

from functions.api.schema import Given, Time, Told
from functions.learning.told_report import ReportNumbers


class TrainingAsked(Told):
    """The id of the training that is queued or running now."""

    training: str


class TrainingTold(Told):
    """One training.

    `progress` (0 to 1) and `estimate_seconds` are those of the phase; what is not known yet is
    null. `cancelling` tells that somebody has asked for its end.
    """

    id: str
    collection: str
    recipe: str
    state: Literal["queued", "running", "published", "kept", "failed", "cancelled"]
    cancelling: bool
    phase: str | None
    progress: float = Field(ge=0, le=1)
    epoch: int | None
    epochs: int | None
    metrics: dict[str, float | None]
    estimate_seconds: float | None
    version: str | None
    reason: str | None
    asked_by: str
    asked_at: Time
    started_at: Time | None
    finished_at: Time | None


class ModelVersionTold(Told):
    """One model version. `photos` it was learned from; `report` is null where nobody judged it.

    `accuracy` is a share, and lies in `interval` with 95 % confidence.
    """

    version: str
    kind: str
    made_at: Time
    photos: int | None
    accuracy: float | None
    interval: tuple[float, float] | None
    marks: list[Literal["current", "previous", "pinned"]]
    reason: str | None
    report: ReportNumbers | None


class ModelsPage(Told):
    """Versions, newest first. `current` is the one that answers; `general` is the built-in model.

    `current` is null while storage holds something else than a version's name there.
    """

    current: str | None
    pinned: str | None
    items: list[ModelVersionTold]
    next: str | None


class ModelLogLine(Told):
    """Which version answered from `at` on, and which before it; `general` is the built-in one."""

    version: str
    previous: str
    at: Time
    by: str
    why: str


class ModelLogPage(Told):
    """What answered when, newest first."""

    items: list[ModelLogLine]
    next: str | None


class ModelFile(Told):
    """A file of a version, with a link that needs no token."""

    name: str
    bytes: int
    sha256: str
    url: str


class ModelFiles(Told):
    """The files of a version; the links are good until `links_expire`."""

    version: str
    items: list[ModelFile]
    links_expire: Time


class Activate(Given):
    """With `pin` the version stays until somebody takes the pin away."""

    pin: bool = True


class Activation(Told):
    """What became of it: `done`, or `asked` while the scheduler has not come to it."""

    version: str
    pinned: bool
    state: Literal["asked", "done"]
