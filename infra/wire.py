"""Makes MinIO and Mongo fit the wiring table: run twice, the second run changes nothing."""

from infra.layout import Stack
from infra.wire_mongo import wire_mongo
from infra.wire_storage import wire_storage


def wire(stack: Stack) -> list[str]:
    """Make what is missing, change what differs; returns one sentence for each change made.

    Of a row that left the table its credentials are taken away and its objects and deliveries
    are kept.
    """
    return [*wire_storage(stack), *wire_mongo(stack)]
