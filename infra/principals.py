"""Everyone who gets credentials, and what each may touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from infra.wiring import WIRING, Rights, Row, buckets

_LEARNING: Final = ("labels", "collections", "trainings", "activations")
"""What both the scheduler and whoever asks it for something write in Mongo."""

_ACCOUNTS: Final = ("users", "tokens")
"""What only the api may see."""


@dataclass(frozen=True, kw_only=True)
class Principal(Rights):
    """One user of MinIO and of Mongo under the same name.

    One that `watches_space` may ask MinIO how much room its drives have; one that `follows` may
    read all of the database, and hear of each write.
    """

    name: str
    watches_space: bool = False
    follows: bool = False


def principals(rows: Sequence[Row] = WIRING) -> tuple[Principal, ...]:
    """Each function, the scheduler, the api, and the operator."""
    return (*(_function(row) for row in rows), _scheduler(rows), _api(rows), _operator(rows))


def _function(row: Row) -> Principal:
    return Principal(
        name=row.function,
        reads=row.reads,
        writes=row.writes,
        erases=row.erases,
        records=(row.inbox, *row.records),
        looks_up=row.looks_up,
        appends=row.appends,
    )


def _scheduler(rows: Sequence[Row]) -> Principal:
    inboxes = (row.inbox for row in rows)
    return Principal(
        name="scheduler",
        reads=buckets(rows),
        writes=("models",),
        # Of a collection that is deleted nothing stays, whoever made it.
        erases=tuple(bucket for bucket in buckets(rows) if bucket != "models"),
        records=(
            *inboxes,
            *("photos", *_LEARNING, "features", "variant_features"),
            *("changes", "leases", "jobs"),
        ),
        appends=("model_log",),
    )


def _api(rows: Sequence[Row]) -> Principal:
    inboxes = (row.inbox for row in rows)
    return Principal(
        name="api",
        # To sign links to what is there; it never opens a picture.
        reads=buckets(rows),
        writes=("uploads",),
        records=(*inboxes, "photos", *_LEARNING, *_ACCOUNTS, "handouts", "changes"),
        looks_up=("features", "model_log"),
        appends=("audit",),
        watches_space=True,
        follows=True,
    )


def _operator(rows: Sequence[Row]) -> Principal:
    inboxes = (row.inbox for row in rows)
    return Principal(
        name="operator",
        reads=buckets(rows),
        writes=("uploads",),
        # A comparison of recipes keeps the features of variants that it computes.
        records=(*inboxes, "photos", *_LEARNING, "variant_features"),
        looks_up=("features", "model_log"),
    )
