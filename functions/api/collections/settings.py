"""What can be set of a collection, by its recognizer; pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from functions.api.refusals import Wrong
from functions.api.schema import Given
from functions.learning.settings import RANGES, LearningSettings
from functions.runtime.database import Document

Recognizer = Literal["whole", "faces", "digits"]
Classifier = Literal["transfer", "cnn"]


class Settings(Given):
    """Values as they are meant: no number is a text, and no truth value a number."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _learns(name: str) -> Any:
    least, most = RANGES[name]
    return Field(default=getattr(LearningSettings, name), ge=least, le=most)


class Learning(Settings):
    """How a collection learns."""

    retrain_after: int = _learns("retrain_after")
    precision: float = _learns("precision")
    margin: float = _learns("margin")
    floor: float = _learns("floor")
    keep_versions: int = _learns("keep_versions")


class WholeSettings(Settings):
    """Settings of a collection that looks at the whole photo."""

    learning: Learning = Learning()


class FacesSettings(Settings):
    """Settings of a collection of faces; below `threshold` (cosine) a face is nobody known."""

    detector: Literal["yunet", "mtcnn"] = "yunet"
    threshold: float = Field(default=0.363, ge=0, le=1)


class DigitsSettings(Settings):
    """Settings of a collection of digits.

    `blur` is the side of the kernel in pixels, odd; `canny_low` and `canny_high` the two limits of
    the edges, `dilate` how often they are widened; boxes with a side below `smallest_box` pixels
    are left out; `threshold` parts ink from paper.
    """

    blur: int = Field(default=5, ge=1, le=31)
    canny_low: int = Field(default=30, ge=0, le=255)
    canny_high: int = Field(default=150, ge=0, le=255)
    dilate: int = Field(default=1, ge=0, le=10)
    smallest_box: int = Field(default=8, ge=1, le=1600)
    threshold: int = Field(default=128, ge=0, le=255)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.canny_low > self.canny_high:
            raise ValueError("canny_low is not above canny_high")
        return self

    @field_validator("blur")
    @classmethod
    def _odd(cls, given: int) -> int:
        if given % 2 == 0:
            raise ValueError("the side of the kernel is odd")
        return given


_OF: Final[Mapping[str, type[Settings]]] = {
    "whole": WholeSettings,
    "faces": FacesSettings,
    "digits": DigitsSettings,
}


def told_settings(recognizer: str, stored: Document) -> Document:
    """All settings there are, as stored or else as usual; the usual ones when those are wrong."""
    kind = _OF[recognizer]
    try:
        return kind.model_validate(_known(stored)).model_dump()
    except ValidationError:
        return kind().model_dump()


def changes(recognizer: str, stored: Document, given: Document) -> Document:
    """The given settings by their paths in the document, such as `settings.learning.floor`.

    Raises Wrong with the pointer of the first that is unknown or can't be, beside the stored ones.
    """
    try:
        _OF[recognizer].model_validate(_merged(_known(stored), given))
    except ValidationError as error:
        first = error.errors()[0]
        pointer = "/".join(("/settings", *map(str, first["loc"])))
        raise Wrong(pointer, str(first["msg"])) from None
    return dict(_paths("settings", given))


def _known(stored: Document) -> Document:
    """Without what `colecionador tune` found, which stands beside them."""
    learning = stored.get("learning")
    if not isinstance(learning, Mapping):
        return stored
    return {**stored, "learning": {name: learning[name] for name in learning if name != "cnn"}}


def _merged(stored: Document, given: Document) -> Document:
    merged = dict(stored)
    for name, value in given.items():
        there = merged.get(name)
        if isinstance(there, Mapping) and isinstance(value, Mapping):
            value = _merged(dict(there), dict(value))
        merged[name] = value
    return merged


def _paths(path: str, given: Document) -> Iterator[tuple[str, Any]]:
    for name, value in given.items():
        if isinstance(value, Mapping):
            yield from _paths(f"{path}.{name}", dict(value))
        else:
            yield f"{path}.{name}", value
