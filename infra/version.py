"""Which code this is, for records and logs."""

import subprocess
from functools import cache
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent


@cache
def code_version() -> str:
    """The checkout's commit in short, with `-dirty` when files differ from it, or `unversioned`."""
    try:
        said = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            cwd=_CHECKOUT,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "unversioned"
    return said.stdout.strip()
