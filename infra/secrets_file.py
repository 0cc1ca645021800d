"""The stack's secrets: made at the first start, kept in one file only its owner can read."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from infra.principals import principals
from infra.private_file import write_private
from infra.wiring import Row

_NAMED: Final = {"MINIO_ROOT_USER": "root", "MONGO_ROOT_USER": "root", "ADMIN_USER": "admin"}

_KEYS: Final = "TOKEN_KEYS"
"""Secrets that sign people's tokens, each behind the id by which tokens name it."""


def secrets_of(path: Path, rows: Sequence[Row]) -> Mapping[str, str]:
    """The secrets in the file at `path`; those still missing are made and added to it.

    A value that stands in the file is never changed, so adding a row to the wiring table adds
    that row's secrets only.
    """
    kept = dict(_parsed(path.read_text())) if path.exists() else {}
    missing = [name for name in _wanted(rows) if name not in kept]
    whole = kept | {name: _made(name) for name in missing}
    if missing or path.stat().st_mode & 0o077:
        write_private(path, "".join(f"{name}={value}\n" for name, value in whole.items()))
    return whole


def name_of(principal: str, secret: str) -> str:
    """The name of a principal's secret: `storage_secret`, `mongo_password` or `event_token`."""
    return f"{principal}_{secret}".upper()


def _wanted(rows: Sequence[Row]) -> Iterable[str]:
    yield from _NAMED
    yield from ("MINIO_ROOT_PASSWORD", "MONGO_ROOT_PASSWORD", "ADMIN_PASSWORD", _KEYS)
    for principal in principals(rows):
        yield name_of(principal.name, "storage_secret")
        yield name_of(principal.name, "mongo_password")
    for row in rows:
        yield name_of(row.function, "event_token")


def _made(name: str) -> str:
    if name == _KEYS:
        return f"{secrets.token_hex(4)}:{secrets.token_urlsafe(32)}"
    return _NAMED.get(name) or secrets.token_urlsafe(24)


def _parsed(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        name, sign, value = line.partition("=")
        if sign and not name.startswith("#"):
            yield name.strip(), value.strip()
