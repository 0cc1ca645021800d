"""The numbers of a version's report, as far as they are told outside of it."""

from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError


class _Numbers(BaseModel):
    # Another release may write more; what is not known here is left alone.
    model_config = ConfigDict(extra="ignore", frozen=True)


class Span(_Numbers):
    """Where a share lies with 95 % confidence; both ends 0 to 1."""

    low: float
    high: float


class ClassNumbers(_Numbers):
    """One class on the judged photos; shares are 0 to 1, null where nothing tells them."""

    name: str
    photos: int
    precision: float | None
    recall: float | None
    f1: float | None


class JudgedNumbers(_Numbers):
    """How often a version was right for photos it had not learned from; null without any."""

    photos: int
    right: int
    accuracy: float | None
    interval: Span | None
    macro_f1: float | None
    classes: tuple[ClassNumbers, ...]


class ReportNumbers(_Numbers):
    """A learned version in numbers.

    `cross_validated` tells whether it was judged so, or on held-out photos. `threshold` (0 to 1)
    was chosen for `precision`; `seconds` took the training. `reason` is the gate's sentence.
    """

    recipe: str
    parent: str | None
    parameters: int
    seconds: float
    precision: float
    threshold: float
    cross_validated: bool
    judged: JudgedNumbers
    became_current: bool | None
    reason: str

    @classmethod
    def read(cls, data: bytes) -> Self | None:
        """Those in a `report.json`; None when it tells something else."""
        try:
            return cls.model_validate_json(data)
        except ValidationError:
            return None
