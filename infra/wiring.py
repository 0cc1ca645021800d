"""The wiring table: which function listens to which bucket, and what each may touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

DATABASE: Final = "colecionador"
"""The product's database in Mongo."""


@dataclass(frozen=True)
class Row:
    """One function: its port, the bucket it listens to, and its rights.

    Buckets: `reads`, `writes` (put and delete), `erases` (delete only). Mongo collections:
    `records` (read and write; its own inbox comes with the row), `looks_up` (read only),
    `appends` (read, and add to).
    One that `gives_way` lets the others have the cores first: nobody waits for what it makes.
    """

    function: str
    port: int
    listens_to: str
    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    erases: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    looks_up: tuple[str, ...] = ()
    appends: tuple[str, ...] = ()
    gives_way: bool = False

    @property
    def inbox(self) -> str:
        """The Mongo collection of this function's deliveries."""
        return f"inbox.{self.function}"


WIRING: Final = (
    Row(
        function="on_upload",
        port=8001,
        listens_to="uploads",
        reads=("uploads",),
        writes=("images", "thumbnails"),
        # Bytes that arrive for a removed photo are deleted.
        erases=("uploads",),
        records=("photos",),
        looks_up=("collections",),
        # Of an upload's label it may be the first spelling; it renames nothing.
        appends=("labels",),
    ),
    Row(
        function="augment",
        port=8002,
        listens_to="images",
        reads=("images",),
        writes=("variants",),
        records=("photos",),
        gives_way=True,
    ),
    Row(
        function="classify",
        port=8003,
        listens_to="images",
        reads=("images", "models"),
        records=("photos", "features", "variant_features"),
    ),
)

LEARNING: Final = ("labels", "collections", "trainings", "activations")
"""What both the scheduler and whoever asks it for something write in Mongo."""

ACCOUNTS: Final = ("users", "tokens")
"""What only the api may see."""

BUCKETS: Final = ("uploads", "images", "thumbnails", "variants", "models")


@dataclass(frozen=True)
class Principal:
    """One user of MinIO and of Mongo under the same name, with rights as in `Row`.

    To the Mongo collections in `appends` it may add, but not change what is there. One that
    `watches_space` may ask MinIO how much room its drives have; one that `follows` may read all of
    the database, and hear of each write.
    """

    name: str
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    erases: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    looks_up: tuple[str, ...] = ()
    appends: tuple[str, ...] = ()
    watches_space: bool = False
    follows: bool = False


def principals(rows: Sequence[Row] = WIRING) -> tuple[Principal, ...]:
    """Everyone who gets credentials: each function, the scheduler, the api, and the operator."""
    inboxes = tuple(row.inbox for row in rows)
    functions = tuple(
        Principal(
            row.function,
            row.reads,
            row.writes,
            row.erases,
            (row.inbox, *row.records),
            row.looks_up,
            row.appends,
        )
        for row in rows
    )
    scheduler = Principal(
        "scheduler",
        reads=buckets(rows),
        writes=("models",),
        # Of a collection that is deleted nothing stays, whoever made it.
        erases=tuple(bucket for bucket in buckets(rows) if bucket != "models"),
        records=(
            *inboxes,
            *("photos", *LEARNING, "features", "variant_features"),
            *("changes", "leases", "jobs"),
        ),
        appends=("model_log",),
    )
    api = Principal(
        "api",
        # To sign links to what is there; it never opens a picture.
        reads=buckets(rows),
        writes=("uploads",),
        records=(*inboxes, "photos", *LEARNING, *ACCOUNTS, "handouts", "changes"),
        looks_up=("features", "model_log"),
        appends=("audit",),
        watches_space=True,
        follows=True,
    )
    operator = Principal(
        "operator",
        reads=buckets(rows),
        writes=("uploads",),
        # A comparison of recipes keeps the features of variants that it computes.
        records=(*inboxes, "photos", *LEARNING, "variant_features"),
        looks_up=("features", "model_log"),
    )
    return (*functions, scheduler, api, operator)


def buckets(rows: Sequence[Row] = WIRING) -> tuple[str, ...]:
    """Every bucket of the product, those of the table's rows included, each once."""
    named = (bucket for row in rows for bucket in (row.listens_to, *row.reads, *row.writes))
    return tuple(dict.fromkeys((*BUCKETS, *named)))
