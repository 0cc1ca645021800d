"""Has the scheduler change which version answers, and waits a moment for what it says."""

import time
from typing import Final

from pymongo.database import Database

from functions.api.refusals import Conflict
from functions.learning import activations
from functions.runtime.database import Document

WAIT_SECONDS: Final = 5.0
"""The scheduler looks each second."""

_LOOK_EVERY_SECONDS: Final = 0.05


def carried_out(
    database: Database[Document], collection: str, version: str | None, pin: bool, by: str
) -> bool:
    """Ask for a version (None: take the pin away); False when it is not done yet.

    Raises Conflict with the scheduler's reason when it refuses, and Outage.
    """
    request = activations.ask(database, collection, version, pin, by)
    settled = _settled(database, request)
    if settled is not None and settled["state"] != "done":
        raise Conflict("activation-refused", str(settled["reason"]))
    return settled is not None


def _settled(database: Database[Document], request: str) -> Document | None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        settled = activations.outcome(database, request)
        if settled is not None:
            return settled
        time.sleep(_LOOK_EVERY_SECONDS)
    return None
