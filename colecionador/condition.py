"""The condition of a stack: what answers, what is open, which models are current."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import requests
from pymongo.errors import PyMongoError

from colecionador.operator import Operator
from functions.runtime.faults import Outage
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import GENERAL, Models
from infra.readiness import is_ready

LONGEST_WAIT_SECONDS: Final = 300.0
FINE, LOOK, BROKEN = 0, 1, 2
"""Exit codes: nothing to do, a person should look, something can't do its work."""


@dataclass(frozen=True)
class FunctionCondition:
    """One function: what it says of itself, and its deliveries that are not done.

    `parked` counts refused files too, which are the sender's affair; `our_faults` does not. The
    counts are None while Mongo is away, `oldest_seconds` also when nothing is open.
    """

    name: str
    ready: bool
    version: str
    missing: tuple[str, ...]
    warnings: tuple[str, ...]
    waiting: int | None = None
    running: int | None = None
    parked: int | None = None
    our_faults: int | None = None
    oldest_seconds: float | None = None

    def remarks(self) -> tuple[str, ...]:
        """What a person should look at, a sentence each."""
        old = self.oldest_seconds
        late = old is not None and old > LONGEST_WAIT_SECONDS
        waits = (f"a delivery waits for {old:.0f} s",) if late else ()
        ours = self.our_faults
        parked = (f"parked by a fault of ours: {ours}, see `colecionador parked`",) if ours else ()
        return (*self.missing, *self.warnings, *waits, *parked)


@dataclass(frozen=True)
class Condition:
    """A stack: `servers` by name and whether they can be used, `models` by collection."""

    servers: Mapping[str, bool]
    functions: tuple[FunctionCondition, ...]
    models: Mapping[str, str]

    def verdict(self) -> int:
        """`FINE`, `LOOK` or `BROKEN`."""
        if not all((*self.servers.values(), *(one.ready for one in self.functions))):
            return BROKEN
        broken_model = any(said.startswith("broken") for said in self.models.values())
        if broken_model or any(one.remarks() for one in self.functions):
            return LOOK
        return FINE


def condition_of(operator: Operator) -> Condition:
    """The condition now; an absent server is part of it and raises nothing."""
    servers = {
        "MinIO": _storage_answers(operator),
        "Mongo": _mongo_answers(operator),
        "scheduler": is_ready(operator.stack, "scheduler"),
    }
    functions = tuple(
        _function(operator, row.function, servers["Mongo"]) for row in operator.stack.rows
    )
    models = _models(operator) if servers["MinIO"] and servers["Mongo"] else {}
    return Condition(servers, functions, models)


def _function(operator: Operator, name: str, mongo_answers: bool) -> FunctionCondition:
    said = _said(operator.stack.url(name))
    missing = tuple(said["missing"]) if said else ("it does not answer",)
    parked = operator.parked(name)
    counts, oldest = operator.inbox(name).open_rows() if mongo_answers else ({}, None)
    age = (datetime.now(UTC) - oldest).total_seconds() if oldest else None
    return FunctionCondition(
        name=name,
        ready=bool(said and said["ready"]),
        version=said.get("version", ""),
        missing=missing,
        warnings=tuple(said.get("warnings", ())),
        waiting=counts.get("waiting"),
        running=counts.get("running"),
        parked=counts.get("parked"),
        our_faults=sum(one.our_faults() for one in parked) if mongo_answers else None,
        oldest_seconds=age,
    )


def _said(url: str) -> dict[str, Any]:
    try:
        return dict(requests.get(f"{url}/ready", timeout=5).json())
    except (requests.RequestException, ValueError):
        return {}


def _storage_answers(operator: Operator) -> bool:
    try:
        operator.storage.read("uploads", "-")
    except Outage:
        return False
    return True


def _mongo_answers(operator: Operator) -> bool:
    try:
        operator.database.command("ping")
    except PyMongoError:
        return False
    return True


def _models(operator: Operator) -> dict[str, str]:
    models = Models(operator.storage)
    collections = [GENERAL, *(found["_id"] for found in operator.collections.all())]
    told = {collection: _current(models, collection) for collection in collections}
    return {collection: said for collection, said in told.items() if said}


def _current(models: Models, collection: str) -> str:
    try:
        pointer = models.pointer(collection)
    except BrokenVersion as broken:
        return f"broken: {broken}"
    if pointer is None:
        return "broken: no model is current" if collection == GENERAL else ""
    return pointer.version
