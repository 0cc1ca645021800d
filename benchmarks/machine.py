"""What the figures were taken on, in one line: ratios hold elsewhere, absolute times don't."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version

import psutil

from infra.executables import MINIO_VERSION, mongo_server

_PACKAGES = ("pillow", "ai-edge-litert", "minio", "pymongo", "flask", "gunicorn")


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


def machine() -> str:
    """Date, code, cores, memory and the versions of what the figures depend on."""
    server = mongo_server()
    memory = psutil.virtual_memory().total / 2**30
    busy = os.getloadavg()[0]
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, code {_commit()}: {cores()} cores, "
        f"{memory:.0f} GiB, load {busy:.1f} before the run; Python {platform.python_version()}, "
        f"MinIO {MINIO_VERSION}, Mongo by {server.kind if server else 'MONGO_URI'}, {packages}."
    )


def _commit() -> str:
    """The checkout's commit in short, with `-dirty` when files differ from it."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or "unversioned"
