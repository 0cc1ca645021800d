"""What requests and answers have in common: unknown fields are refused, times are RFC 3339."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema, field_validator


class Given(BaseModel):
    """A request's body or query: a field that is not named here is refused by name."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _whole_characters(cls, value: Any) -> Any:
        try:
            json.dumps(value, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            # JSON can say one half of a surrogate pair, which nothing can store.
            raise ValueError("This text has half a character in it.") from None
        except RecursionError:
            raise ValueError("This is nested too deep.") from None
        return value


class Told(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="forbid")


def _rfc3339(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Time = Annotated[
    datetime,
    PlainSerializer(_rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A time, told in UTC with milliseconds, such as 2026-05-01T12:00:00.000Z."""
