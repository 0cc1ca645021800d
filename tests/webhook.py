"""MinIO's part of a webhook, as its notifications are worded."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote_plus

import requests

from infra.layout import Stack
from infra.secrets_file import name_of


def created(bucket: str, key: str, etag: str) -> bytes:
    """The body that tells of a written object."""
    return _body("s3:ObjectCreated:Put", bucket, key, {"eTag": etag})


def removed(bucket: str, key: str) -> bytes:
    """The body that tells of a removed object."""
    return _body("s3:ObjectRemoved:Delete", bucket, key, {})


def _body(name: str, bucket: str, key: str, more: dict[str, str]) -> bytes:
    record = {
        "eventName": name,
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key), **more}},
    }
    return json.dumps({"EventName": name, "Key": f"{bucket}/{key}", "Records": [record]}).encode()


@dataclass(frozen=True)
class Webhook:
    """The way to one function's webhook."""

    url: str
    token: str

    @classmethod
    def of(cls, stack: Stack, function: str) -> "Webhook":
        """The webhook of a function, with the token that MinIO uses."""
        return cls(stack.url(function), stack.secrets[name_of(function, "event_token")])

    def post(self, body: bytes, token: str | None = None) -> int:
        """Send a body and return the status."""
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return requests.post(
            f"{self.url}/events", data=body, headers=headers, timeout=20
        ).status_code
