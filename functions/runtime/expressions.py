"""The expressions of Mongo's updates that the rules of a row are written with."""

from dataclasses import dataclass
from typing import Any, Final

from functions.runtime.database import Document

REMOVED: Final = "$$REMOVE"
"""As a value: the field goes."""


@dataclass(frozen=True)
class Computed:
    """A field's value that Mongo works out from the record as it is when it is written."""

    expression: Any

    @staticmethod
    def of(value: Any) -> Any:
        """The value as an expression: any other is taken as it stands."""
        return value.expression if isinstance(value, Computed) else {"$literal": value}


def when(condition: Any, then: Any, otherwise: Any) -> Document:
    """One value or the other."""
    return {"$cond": [condition, then, otherwise]}


def one_more(field: str) -> Document:
    """A counter after the next; a field that is not there counts as 0."""
    return {"$add": [{"$ifNull": [field, 0]}, 1]}


def later(seconds: float) -> Document:
    """The server's time in so many seconds, to the millisecond."""
    amount = int(seconds * 1000)
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": amount}}


def kept(name: str, entry: Document, most: int) -> Document:
    """The list `name` with one more entry, of which the last `most` are kept."""
    old = {"$ifNull": [f"${name}", []]}
    return {"$slice": [{"$concatArrays": [old, [entry]]}, -most]}
