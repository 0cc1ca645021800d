"""A bucket notification, reduced to what the inbox needs; keys are decoded here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote_plus

GONE: Final = "gone"
"""What stands in the place of an etag when the object is not there."""

_LONGEST_KEY: Final = 1024


class NotAnEvent(ValueError):
    """The body is not a bucket notification."""


@dataclass(frozen=True)
class ObjectEvent:
    """One object was written or removed: for us only "look again".

    `content` is the etag the object had then, or `GONE`; `at` the server's time of the event.
    """

    bucket: str
    key: str
    content: str
    at: datetime


def events_of(body: bytes) -> list[ObjectEvent]:
    """The events of one webhook body, in their order. Raises NotAnEvent."""
    try:
        records = json.loads(body)["Records"]
        return [_event(record) for record in records]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        # Its text may repeat the whole body.
        raise NotAnEvent(f"not a bucket notification: {type(error).__name__}") from error


def _event(record: Mapping[str, Any]) -> ObjectEvent:
    name = record["eventName"].removeprefix("s3:")
    entity = record["s3"]["object"]
    if name.startswith("ObjectCreated:"):
        content = str(entity["eTag"]).strip('"')
    elif name.startswith("ObjectRemoved:"):
        content = GONE
    else:
        raise NotAnEvent(f"an event of another kind: {name!r}")
    key, bucket = unquote_plus(entity["key"], errors="strict"), record["s3"]["bucket"]["name"]
    if not (isinstance(bucket, str) and bucket and key and content):
        raise NotAnEvent("bucket, key or etag is empty")
    # Encoding refuses lone surrogates, which JSON can hold and nothing can store.
    if len(key.encode()) > _LONGEST_KEY or len((bucket + content).encode()) > _LONGEST_KEY:
        raise NotAnEvent("bucket, key or etag is longer than storage allows")
    return ObjectEvent(bucket, key, content, _time(record.get("eventTime")))


def _time(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (OverflowError, TypeError, ValueError):
        return datetime.now(UTC)
