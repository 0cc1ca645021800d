"""Which code a process runs, for records, derived objects and logs."""

import hashlib
import sys
from pathlib import Path
from typing import Final

_OURS: Final = ("functions.", "scheduler.")


def code_version() -> str:
    """Twelve hex digits of the SHA-256 of every module of ours that is loaded.

    The code itself is asked, and not a variable set at the start, because a redeploy changes
    code under a process whose environment stays.
    """
    digest = hashlib.sha256()
    for name in sorted(name for name in sys.modules if name.startswith(_OURS)):
        file = getattr(sys.modules[name], "__file__", None)
        if file:
            digest.update(name.encode() + Path(file).read_bytes())
    return digest.hexdigest()[:12]
