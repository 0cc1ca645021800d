"""The table of Mongo indexes, so that no query of the product reads more rows than it returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from infra.wiring import WIRING, Row


@dataclass(frozen=True)
class Index:
    """One index; `partial` keeps only rows that fit it, `expires` removes rows at that time.

    A `unique` one refuses a second row with the same keys.
    """

    collection: str
    keys: tuple[tuple[str, int], ...]
    sparse: bool = False
    partial: Mapping[str, Any] | None = None
    expires: bool = False
    unique: bool = False

    @property
    def name(self) -> str:
        """The name Mongo would give it, such as `collection_1_uploaded_at_1`."""
        return "_".join(f"{field}_{order}" for field, order in self.keys)

    @property
    def options(self) -> dict[str, Any]:
        """Its options in Mongo's words, as `index_information` tells them back."""
        wanted: dict[str, Any] = {}
        if self.sparse:
            wanted["sparse"] = True
        if self.partial is not None:
            wanted["partialFilterExpression"] = dict(self.partial)
        if self.expires:
            wanted["expireAfterSeconds"] = 0
        if self.unique:
            wanted["unique"] = True
        return wanted


_PHOTOS: Final = (
    Index("photos", (("collection", 1), ("uploaded_at", 1), ("_id", 1))),
    Index(
        "photos",
        (("state", 1), ("_id", 1)),
        partial={"state": {"$in": ["expected", "received"]}},
    ),
    Index("photos", (("collection", 1), ("label", 1), ("_id", 1))),
    Index("photos", (("collection", 1), ("labelled_at", 1))),
    Index("photos", (("labelled_at", 1),), sparse=True),
    Index("photos", (("collection", 1), ("model", 1), ("_id", 1))),
    Index("photos", (("collection", 1), ("sha256", 1))),
)

_LEARNING: Final = (
    Index("features", (("collection", 1), ("_id", 1))),
    Index("variant_features", (("collection", 1), ("_id", 1))),
    Index("trainings", (("collection", 1), ("asked_at", 1))),
    Index(
        "trainings",
        (("state", 1), ("_id", 1)),
        partial={"state": {"$in": ["queued", "running"]}},
    ),
    Index("activations", (("state", 1), ("_id", 1)), partial={"state": "asked"}),
    Index("model_log", (("collection", 1), ("at", 1))),
    Index("model_log", (("collection", 1), ("_id", 1))),
)

_UPLOADS: Final = (Index("handouts", (("expires_at", 1),), expires=True),)

_COLLECTIONS: Final = (Index("collections", (("deletion.asked_at", 1),), sparse=True),)

_ACCOUNTS: Final = (
    Index("tokens", (("expires_at", 1),), expires=True),
    Index("tokens", (("user", 1), ("_id", 1))),
    # Only named tokens have it: `ana/camera`.
    Index("tokens", (("named", 1),), sparse=True, unique=True),
)

_AUDIT: Final = (
    Index("audit", (("by", 1), ("_id", 1))),
    Index("audit", (("action", 1), ("_id", 1))),
    Index("audit", (("collection", 1), ("_id", 1))),
)

_CHANGES: Final = (
    Index("changes", (("collection", 1), ("_id", 1))),
    Index("changes", (("expires_at", 1),), expires=True),
)


def indexes(rows: Sequence[Row] = WIRING) -> tuple[Index, ...]:
    """Every index of the product; APScheduler makes those of `jobs` itself."""
    return (
        *_PHOTOS,
        *_LEARNING,
        *_UPLOADS,
        *_COLLECTIONS,
        *_ACCOUNTS,
        *_CHANGES,
        *_AUDIT,
        *(index for row in rows for index in _of_inbox(row.inbox)),
    )


def _of_inbox(inbox: str) -> tuple[Index, ...]:
    return (
        # A finished row has no `due`, so the index holds open rows only.
        Index(inbox, (("due", 1),), sparse=True),
        Index(inbox, (("state", 1), ("_id", 1)), partial={"state": "parked"}),
        Index(inbox, (("expires_at", 1),), expires=True),
    )
