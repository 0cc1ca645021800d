"""A collection's settings of learning: how often, how careful, how much is kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

from functions.runtime.database import Document

CLASSIFIERS: Final = ("transfer", "cnn")
"""The recipes a collection's `classifier` can name."""


@dataclass(frozen=True)
class LearningSettings:
    """How a collection learns; raises ValueError with a sentence for a value out of range.

    It trains by itself after `retrain_after` new or corrected labels (1 to 1,000,000). `precision`
    is that of the answers that are not `unknown` (0.5 to 0.999); `margin` and `floor` are the
    gate's (shares, 0 to 1); `keep_versions` old model versions stay (1 to 1,000).
    """

    retrain_after: int = 20
    precision: float = 0.80
    margin: float = 0.01
    floor: float = 0.10
    keep_versions: int = 5

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            least, most = RANGES[name]
            kind = int if isinstance(getattr(type(self), name), int) else (int, float)
            if isinstance(value, bool) or not isinstance(value, kind) or not least <= value <= most:
                number = "a whole number" if kind is int else "a number"
                raise ValueError(f"{name} is {number} from {least:,} to {most:,}, not {value!r}.")

    @classmethod
    def of(cls, collection: Document) -> Self:
        """Those of a collection; what it does not set is as above. Raises ValueError."""
        told: dict[str, Any] = _named(_named(collection, "settings"), "learning")
        told.pop("cnn", None)  # What `colecionador tune` found stands beside them.
        if unknown := told.keys() - names():
            raise ValueError(_unknown(sorted(unknown)[0]))
        return cls(**told)


def _named(document: Document, name: str) -> Document:
    """A copy of what stands under a name; empty when nothing does."""
    found = document.get(name) or {}
    if not isinstance(found, Mapping):
        raise ValueError(f"{name} holds names with values, not {found!r}.")
    return dict(found)


def names() -> tuple[str, ...]:
    """The settings there are."""
    return tuple(field.name for field in fields(LearningSettings))


def read(name: str, text: str) -> float:
    """The value of a setting as a person writes it; raises ValueError with a sentence."""
    if name not in names():
        raise ValueError(_unknown(name))
    try:
        value = float(text)
        value = int(value) if value.is_integer() and isinstance(_default(name), int) else value
    except (OverflowError, ValueError):
        raise ValueError(f"{name} is a number, not {text!r}.") from None
    LearningSettings(**{name: value})  # type: ignore[arg-type]
    return value


RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "retrain_after": (1, 1_000_000),
    "precision": (0.5, 0.999),
    "margin": (0, 1),
    "floor": (0, 1),
    "keep_versions": (1, 1_000),
}
"""The least and the most of each setting."""


def _default(name: str) -> float:
    default: float = getattr(LearningSettings, name)
    return default


def _unknown(name: str) -> str:
    return f"There is no setting {name!r}, only classifier, {', '.join(names())}."
