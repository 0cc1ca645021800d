"""Signed links to objects in storage: whoever has one may read that object until it expires."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import encode_rfc2231
from functools import cached_property, lru_cache
from typing import Final
from urllib.parse import quote, urlsplit

LIFE: Final = timedelta(hours=2)
"""How long a link is good, counted from the full hour before it was asked for."""

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}


@dataclass(frozen=True)
class SignedLinks:
    """Links to objects in storage as phones see it, with the rights of a storage user.

    Signed as in "Signature Version 4", query parameters (Amazon S3 API Reference). The storage's
    client makes the same links, each in the time that this takes for a dozen; a record has a dozen.
    """

    storage_url: str
    user: str
    secret: str = field(repr=False)
    region: str

    def expire(self, now: datetime) -> datetime:
        """When the links made `now` end: in one to two hours."""
        return _hour(now) + LIFE

    def to(self, bucket: str, key: str, now: datetime, saved_as: str | None = None) -> str:
        """The link to one object; the same all hour long, so that caches know it again.

        With `saved_as` a browser saves the object under this name and does not show it.
        """
        stamp = _stamp(self.user, self.secret, self.region, _hour(now))
        path, query = f"/{bucket}/{quote(key)}", stamp.query
        if saved_as is not None:
            query += f"&response-content-disposition={quote(_attachment(saved_as), safe='')}"
        request = f"GET\n{path}\n{query}\nhost:{self._host}\n\nhost\nUNSIGNED-PAYLOAD"
        return f"{self._root}{path}?{query}&X-Amz-Signature={stamp.signature(request)}"

    @cached_property
    def _host(self) -> str:
        """As clients name it in the header: without the port that goes without saying."""
        url = urlsplit(self.storage_url)
        return url.netloc.removesuffix(_DEFAULT_PORTS.get(url.scheme, ""))

    @cached_property
    def _root(self) -> str:
        return f"{urlsplit(self.storage_url).scheme}://{self._host}"


def _attachment(name: str) -> str:
    """The header of RFC 6266 in the encoding of RFC 5987, which every name survives."""
    return f"attachment; filename*={encode_rfc2231(name, 'utf-8')}"


def _hour(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class _Stamp:
    """What all signatures of an hour have in common."""

    query: str
    head: str
    key: bytes = field(repr=False)

    def signature(self, request: str) -> str:
        told = f"{self.head}\n{hashlib.sha256(request.encode()).hexdigest()}"
        return hmac.new(self.key, told.encode(), "sha256").hexdigest()


@lru_cache(maxsize=8)
def _stamp(user: str, secret: str, region: str, hour: datetime) -> _Stamp:
    day, date = f"{hour:%Y%m%d}", f"{hour:%Y%m%dT%H%M%SZ}"
    scope = f"{day}/{region}/s3/aws4_request"
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), "sha256").digest()
    query = (
        f"X-Amz-Algorithm={_ALGORITHM}&X-Amz-Credential={quote(f'{user}/{scope}', safe='')}"
        f"&X-Amz-Date={date}&X-Amz-Expires={LIFE.seconds}&X-Amz-SignedHeaders=host"
    )
    return _Stamp(query, f"{_ALGORITHM}\n{date}\n{scope}", key)
