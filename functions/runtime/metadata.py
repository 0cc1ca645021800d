"""User metadata of objects, encoded and decoded in one place.

S3 carries metadata as HTTP headers: only printable ASCII survives every client and server on the
way, and 2 KB in all. So values are percent-encoded UTF-8. What other tools wrote as plain UTF-8
comes back from MinIO as RFC 2047 words, which are read too.
"""

from collections.abc import Mapping
from email.errors import MessageError
from email.header import decode_header, make_header
from typing import Final
from urllib.parse import quote, unquote

PREFIX: Final = "x-amz-meta-"


def encoded(metadata: Mapping[str, str]) -> dict[str, str]:
    """Metadata as headers without their prefix: values percent-encoded."""
    return {name: quote(value, safe="") for name, value in metadata.items()}


def decoded(headers: Mapping[str, str]) -> dict[str, str]:
    """The user metadata among headers: names in lower case without their prefix, values as text."""
    return {
        name.lower().removeprefix(PREFIX): unquote(_words(value))
        for name, value in headers.items()
        if name.lower().startswith(PREFIX)
    }


def _words(value: str) -> str:
    try:
        text = str(make_header(decode_header(value)))
    except (MessageError, LookupError, ValueError):
        return value
    # Some charsets can say half of a pair of surrogates, which nothing can store.
    return text.encode(errors="replace").decode()
