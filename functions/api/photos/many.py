"""Many photos of one collection at once."""

from collections.abc import Sequence

from functions.api.parts import parts
from functions.runtime.database import Document, outages


def records_of(collection: str, ids: Sequence[str]) -> dict[str, Document]:
    """The records of those photos that are in the collection and were not removed, by id."""
    rule = {"_id": {"$in": list(ids)}, "collection": collection, "state": {"$ne": "removed"}}
    with outages():
        found = parts().database["photos"].find(rule, {"collection": 1, "key": 1})
        return {record["_id"]: record for record in found}
