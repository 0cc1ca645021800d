"""Which model was live when: a line in Mongo for each move of a pointer, never changed after."""

from datetime import UTC, datetime
from typing import Final

import uuid6
from pymongo import DESCENDING
from pymongo.database import Database

from functions.runtime.database import Document, outages

COLLECTION: Final = "model_log"


def append(
    database: Database[Document],
    collection: str,
    version: str | None,
    previous: str | None,
    by: str,
    why: str,
) -> None:
    """Note that a version has become current; None stands for general's. Raises Outage."""
    line = {
        "_id": str(uuid6.uuid7()),
        "collection": collection,
        "version": version,
        "previous": previous,
        "at": datetime.now(UTC),
        "by": by,
        "why": why,
    }
    with outages():
        database[COLLECTION].insert_one(line)


def read(database: Database[Document], collection: str, limit: int = 500) -> list[Document]:
    """The last lines of a collection, newest first; raises Outage."""
    rule = {"collection": collection, "at": {"$lte": datetime.max.replace(tzinfo=UTC)}}
    with outages():
        return list(database[COLLECTION].find(rule).sort("at", DESCENDING).limit(limit))


def swapped_lately(database: Database[Document], seconds: float) -> set[str]:
    """The collections whose pointer was moved in these last seconds; raises Outage."""
    # The ids begin with the time: a closed range of them is read at once, however long the log.
    begin = f"{int((datetime.now(UTC).timestamp() - seconds) * 1000):012x}"
    rule = {"_id": {"$gte": f"{begin[:8]}-{begin[8:]}", "$lte": "g"}}
    with outages():
        return {line["collection"] for line in database[COLLECTION].find(rule, {"collection": 1})}
