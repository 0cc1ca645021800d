"""Asks the scheduler for another version of a collection's model, and tells what became of that."""

from datetime import UTC, datetime
from typing import Final

import uuid6
from pymongo.database import Database

from functions.runtime.database import Document, outages

COLLECTION: Final = "activations"
ASKED: Final = "asked"
"""The state of a request that nobody has carried out yet."""


def ask(
    database: Database[Document], collection: str, version: str | None, pin: bool, by: str
) -> str:
    """Ask the scheduler for a version of a collection (`general` for none of its own).

    With `pin` it stays until a person lets go of it; without a version the pin is taken away.
    Returns the request's id; raises Outage.
    """
    request = {
        "_id": str(uuid6.uuid7()),
        "collection": collection,
        "version": version,
        "pin": pin,
        "by": by,
        "at": datetime.now(UTC),
        "state": ASKED,
        "reason": None,
    }
    with outages():
        database[COLLECTION].insert_one(request)
    return str(request["_id"])


def outcome(database: Database[Document], request: str) -> Document | None:
    """The request once it was carried out or refused, None before; raises Outage."""
    with outages():
        found = database[COLLECTION].find_one({"_id": request})
    return found if found and found["state"] != ASKED else None
