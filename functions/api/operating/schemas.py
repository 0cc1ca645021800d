"""What is asked and told of deliveries, functions and the audit log."""

from typing import Any, Literal

from pydantic import AwareDatetime, Field

from functions.api.cursor import PageQuery
from functions.api.schema import Given, Time, Told


class DeliveriesQuery(PageQuery):
    """Which deliveries; `code` is one that docs/errors.md lists.

    Those that are done are told of one collection at a time.
    """

    state: Literal["waiting", "running", "parked", "done"] | None = None
    function: str | None = None
    collection: str | None = None
    code: str | None = None


class Attempt(Told):
    """One time that a function worked on it, and how that ended."""

    at: Time
    ended: Time
    outcome: str
    code: str | None
    reason: str | None


class DeliveryTold(Told):
    """What one function owes one object, or a message that could not be understood.

    It is open since `opened_at`, and as it is now since `since`; `attempts` are the last 20.
    """

    id: str
    function: str
    bucket: str | None
    key: str | None
    collection: str | None
    photo: str | None
    state: Literal["waiting", "running", "parked", "done"]
    code: str | None
    reason: str | None
    opened_at: Time
    since: Time
    failures: int
    deaths: int
    attempts: list[Attempt]


class DeliveriesPage(Told):
    """Deliveries by function, in each by bucket and key with the newest photo first."""

    items: list[DeliveryTold]
    next: str | None


class ReplayGiven(Given):
    """Which parked deliveries: those that fit every field; at least one has to be there."""

    state: Literal["parked"] = "parked"
    function: str | None = None
    code: str | None = None
    collection: str | None = None
    photo: str | None = None


class Replayed(Told):
    """How many deliveries are due again."""

    replayed: int


class FunctionTold(Told):
    """One function's deliveries that are not done.

    `parked` counts refused files too, which are the sender's affair; `failed` only those that are
    parked by a fault of ours. `oldest_seconds` is the age of the oldest that is waiting or running.
    """

    function: str
    listens_to: str
    waiting: int
    running: int
    parked: int
    failed: int
    oldest_seconds: float | None


class Functions(Told):
    """Every storage function."""

    items: list[FunctionTold]


class AuditQuery(PageQuery):
    """Which lines: `from` is the first moment that counts, `to` the first that does not."""

    by: str | None = None
    action: str | None = None
    collection: str | None = None
    since: AwareDatetime | None = Field(default=None, alias="from")
    until: AwareDatetime | None = Field(default=None, alias="to")


class AuditLine(Told):
    """Who did what, when; `told` are further facts by name."""

    id: str
    at: Time
    by: str
    action: str
    collection: str | None
    photo: str | None
    told: dict[str, Any]


class AuditPage(Told):
    """What people did, newest first."""

    items: list[AuditLine]
    next: str | None
