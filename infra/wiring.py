"""The wiring table: which function listens to which bucket, and what each may touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

DATABASE: Final = "colecionador"
"""The product's database in Mongo."""


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What somebody may touch, and nothing else.

    Buckets: `reads`, `writes` (put and delete), `erases` (delete only). Mongo collections:
    `records` (read and write), `looks_up` (read only), `appends` (read and add, but not change
    what is there).
    """

    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    erases: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    looks_up: tuple[str, ...] = ()
    appends: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Row(Rights):
    """One function: its port, the bucket it listens to, and its rights beside its own inbox.

    One that `gives_way` lets the others have the cores first: nobody waits for what it makes.
    """

    function: str
    port: int
    listens_to: str
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

BUCKETS: Final = ("uploads", "images", "thumbnails", "variants", "models")


def buckets(rows: Sequence[Row] = WIRING) -> tuple[str, ...]:
    """Every bucket of the product, those of the table's rows included, each once."""
    named = (bucket for row in rows for bucket in (row.listens_to, *row.reads, *row.writes))
    return tuple(dict.fromkeys((*BUCKETS, *named)))
