"""The doctor's checks on this side: webhook tokens, free space, events that wait in MinIO."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import requests

from colecionador.verdict import Verdict, note, ok, wrong
from infra.layout import Stack
from infra.secrets_file import name_of

_NO_EVENTS: Final[dict[str, list[Any]]] = {"Records": []}
_FREE_WRONG: Final = 500_000_000
_FREE_NOTED: Final = 5_000_000_000
_EVENT_LATE_SECONDS: Final = 60.0
_TIMEOUT: Final = 5


def tokens(stack: Stack) -> Iterator[Verdict]:
    """Whether each function takes webhooks with its token, and met none with a wrong one."""
    for row in stack.rows:
        name = row.function
        about, setting = f"webhook of {name}", name_of(name, "event_token")
        bearer = {"Authorization": f"Bearer {stack.secrets[setting]}"}
        try:
            # A body without events: it tells whether the token is good and asks for nothing.
            heard = requests.post(
                f"{stack.url(name)}/events", json=_NO_EVENTS, headers=bearer, timeout=_TIMEOUT
            )
            warnings = requests.get(f"{stack.url(name)}/ready", timeout=_TIMEOUT).json()["warnings"]
        except (requests.RequestException, ValueError, KeyError) as error:
            said = f"it does not answer ({type(error).__name__})"
            yield wrong(about, said, f"see `make logs FUNCTION={name}`")
            continue
        mend = f"{setting} in secrets.env must be what MinIO sends: start the stack again"
        if heard.status_code == 401:
            yield wrong(about, "it refuses the token of secrets.env", mend)
        elif warnings:
            yield wrong(about, "; ".join(warnings), mend)
        else:
            yield ok(about, "its token is good")


def disk(folder: Path) -> Verdict:
    """How much room is left where the stack keeps its data."""
    free = shutil.disk_usage(folder).free
    said = f"{free / 1e9:.1f} GB are free where {folder} is"
    mend = "make room, or move the stack's folder"
    if free < _FREE_WRONG:
        return wrong("disk", said, mend)
    return note("disk", said, mend) if free < _FREE_NOTED else ok("disk", said)


def queues(stack: Stack) -> Iterator[Verdict]:
    """Whether events of MinIO's safe targets wait for longer than a moment."""
    for row in stack.rows:
        about = f"queue of {row.function}"
        late = list(_late(stack.folder / "queue" / row.function))
        if late:
            yield wrong(
                about,
                f"{len(late)} events wait, the oldest for {max(late):.0f} s",
                f"{row.function} does not take them: see `make logs FUNCTION=minio`",
            )
        else:
            yield ok(about, "no event waits")


def _late(folder: Path) -> Iterator[float]:
    now = time.time()
    for file in folder.rglob("*"):
        try:
            age = now - file.stat().st_mtime
        except FileNotFoundError:
            continue  # It was sent while we looked.
        if file.is_file() and age > _EVENT_LATE_SECONDS:
            yield age
