"""The variables of each process: its own and no other's."""

import os
from collections.abc import Iterator
from typing import Final

from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wiring import DATABASE, Row

STACK_MARK: Final = "COLECIONADOR_STACK"
"""Stands in every process of a stack with the stack's folder, so that strays can be found."""

REGION: Final = "us-east-1"

_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")

# Pictures come and go in buffers of megabytes. Left to itself, glibc gives each back to the system
# and asks for it again, and clearing the new pages costs more than some of the work on them.
_ALLOCATOR: Final = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "67108864",
}


def of_any(stack: Stack) -> dict[str, str]:
    """What every process of the stack gets; nothing in it is secret."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, "PYTHONUNBUFFERED": "1", STACK_MARK: str(stack.folder)}


def of_function(stack: Stack, row: Row) -> dict[str, str]:
    """The variables of one storage function."""
    token = name_of(row.function, "event_token")
    previous = stack.secrets.get(f"{token}_PREVIOUS")
    return {
        **of_principal(stack, row.function),
        **_ALLOCATOR,
        **stack.tuning,
        "EVENT_TOKEN": stack.secrets[token],
        **({"EVENT_TOKEN_PREVIOUS": previous} if previous else {}),
        "HOST": "127.0.0.1",
        "PORT": str(stack.ports[row.function]),
    }


def of_scheduler(stack: Stack) -> dict[str, str]:
    """The variables of the scheduler."""
    return {
        **of_principal(stack, "scheduler"),
        **stack.tuning,
        "HOST": "127.0.0.1",
        "PORT": str(stack.ports["scheduler"]),
    }


def of_api(stack: Stack) -> dict[str, str]:
    """The variables of the api."""
    return {
        **of_principal(stack, "api"),
        **stack.tuning,
        "HOST": stack.api_host,
        "PORT": str(stack.ports["api"]),
        "PUBLIC_URL": stack.public_url,
        "PUBLIC_STORAGE_URL": stack.public_storage_url,
        # Without classify no model can be asked, and the api says so.
        "CLASSIFY_URL": stack.url("classify")
        if "classify" in stack.ports
        else "http://127.0.0.1:0",
        "INBOXES": ",".join(f"{row.function}:{row.listens_to}" for row in stack.rows),
        "TOKEN_KEYS": stack.secrets["TOKEN_KEYS"],
    }


def of_principal(stack: Stack, name: str) -> dict[str, str]:
    """Where storage and Mongo are, with one principal's credentials."""
    return {
        **of_any(stack),
        "STORAGE_URL": stack.storage_url,
        "STORAGE_USER": name,
        "STORAGE_SECRET": stack.secrets[name_of(name, "storage_secret")],
        "STORAGE_REGION": REGION,
        "MONGO_URI": stack.mongo_uri(name),
        "MONGO_DATABASE": DATABASE,
        "WIRED": ",".join(row.function for row in stack.rows),
    }


def of_minio(stack: Stack) -> dict[str, str]:
    """MinIO's variables: its root user, the page as only other origin, the webhook targets.

    The targets stand here and not in MinIO's stored configuration because that refuses a target
    whose function does not answer at the moment it is set.
    """
    return {
        **of_any(stack),
        "MINIO_ROOT_USER": stack.secrets["MINIO_ROOT_USER"],
        "MINIO_ROOT_PASSWORD": stack.secrets["MINIO_ROOT_PASSWORD"],
        "MINIO_REGION": REGION,
        "MINIO_BROWSER": "off",
        "MINIO_UPDATE": "off",
        "MINIO_API_CORS_ALLOW_ORIGIN": stack.public_url,
        **{name: value for row in stack.rows for name, value in _targets(stack, row)},
    }


def _targets(stack: Stack, row: Row) -> Iterator[tuple[str, str]]:
    fast, safe = f"{row.function}_fast", f"{row.function}_safe"
    for target in (fast, safe):
        yield f"MINIO_NOTIFY_WEBHOOK_ENABLE_{target}", "on"
        yield f"MINIO_NOTIFY_WEBHOOK_ENDPOINT_{target}", f"{stack.url(row.function)}/events"
        token = stack.secrets[name_of(row.function, "event_token")]
        yield f"MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_{target}", token
    yield f"MINIO_NOTIFY_WEBHOOK_QUEUE_DIR_{safe}", str(stack.folder / "queue" / row.function)
