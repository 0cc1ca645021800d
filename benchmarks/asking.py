"""What the api's commonest answers cost: beside a bare Flask route and the bare query behind it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Final

from uuid6 import uuid7

from benchmarks.clients import Answered, Ask, asked, opened
from benchmarks.figures import Figure, at_most, percentile
from benchmarks.site import FUNCTIONS, QUEUED, Site
from benchmarks.starts import bare_of, started
from functions.api.accounts.tokens import Tokens
from functions.augment.variants import NAMES
from functions.runtime.database import LONG_AGO, Document
from infra.lifecycle import ready, start
from infra.processes import processes

CLIENTS: Final = 8
FEW: Final = 1_000
MANY: Final = 10_000
_COLLECTION: Final = "asked"
_USER: Final = "bench"
_ROUTE: Final = "a bare Flask route"
_QUERY: Final = "the bare query"


def asking(site: Site) -> Iterator[Figure]:
    """Ask the api in a collection of made-up photos, while the functions have nothing to do."""
    people = {"owner": _USER, "members": {_USER: "owner"}}
    kind = {"recognizer": "whole", "classifier": "transfer", "name": "Asked", "settings": {}}
    site.database["collections"].insert_one({"_id": _COLLECTION, **people, **kind})
    _fill(site, FEW)
    start(site.stack, "api")
    ready(site.stack, "api")
    few = asked(lambda: _listed(site), 1)
    _fill(site, MANY - FEW)
    many = asked(lambda: _listed(site), 1)
    yield Figure(
        f"list of 50 of {MANY:,}, clients: 1, p50",
        "ms",
        percentile(many.ms, 50),
        f"the same of {FEW:,}",
        percentile(few.ms, 50),
    )
    listed = {process.name: process for process in processes(site.stack)}
    with started(site, bare_of(listed[QUEUED])):
        yield from _compared(site, f"{site.stack.url(QUEUED)}/ready")


def _fill(site: Site, count: int) -> None:
    """Photos as they are when every function is done with them."""
    for begin in range(0, count, 1000):
        ids = [str(uuid7()) for _ in range(min(1000, count - begin))]
        site.database["photos"].insert_many(_record(photo) for photo in ids)


def _record(photo: str) -> Document:
    now = datetime.now(UTC)
    mark = {"etag": f"etag-{photo}", "token": 1, "state": "done", "version": "1", "at": now}
    functions = dict.fromkeys(FUNCTIONS, mark)
    whole = {"id": "whole", "box": [0, 0, 1600, 1200], "category": "shoe", "confidence": 0.9}
    return {
        "_id": photo,
        "collection": _COLLECTION,
        "key": f"{_COLLECTION}/{photo}",
        "owner": _USER,
        "filename": f"IMG_{photo[-4:]}.jpg",
        "state": "ready",
        "pending": [],
        "uploaded_at": now,
        "received_at": now,
        "received_etag": f"upload-{photo}",
        "image_etag": f"etag-{photo}",
        "type": "image/jpeg",
        "size": 1_000_000,
        "sha256": photo.replace("-", "") * 2,
        "width": 1600,
        "height": 1200,
        "category": "shoe",
        "confidence": 0.9,
        "model": "general-1",
        "findings": [whole],
        "variants": list(NAMES),
        "functions": functions,
        "wired": list(FUNCTIONS),
    }


def _compared(site: Site, bare: str) -> Iterator[Figure]:
    photos = site.database["photos"]
    some = cycle([row["_id"] for row in photos.find({"collection": _COLLECTION}).limit(500)])
    span = {"collection": _COLLECTION, "uploaded_at": {"$gte": LONG_AGO, "$lte": datetime.now(UTC)}}
    order = [("uploaded_at", -1), ("_id", -1)]
    calls: dict[str, tuple[Callable[[], Ask], Ask]] = {
        "record by id": (
            lambda: _get(site, lambda: f"/photos/{next(some)}"),
            lambda: photos.find_one({"_id": next(some)}),
        ),
        f"list of 50 of {MANY:,}": (
            lambda: _listed(site),
            lambda: list(photos.find(span).sort(order).limit(50)),
        ),
        "hand out an upload": (
            lambda: _hand_out(site),
            lambda: photos.insert_one({**_record(str(uuid7())), "collection": "elsewhere"}),
        ),
    }
    for clients in (1, CLIENTS):
        route = asked(lambda: opened("GET", lambda: bare, {}), clients)
        for name, (ask, query) in calls.items():
            queried = asked(lambda query=query: query, clients)  # type: ignore[misc]
            yield from _figures(name, clients, asked(ask, clients), route, queried)


def _figures(
    name: str, clients: int, ours: Answered, route: Answered, query: Answered
) -> Iterator[Figure]:
    name = f"{name}, clients: {clients}"
    for percent in (50, 99):
        mine = percentile(ours.ms, percent)
        for against, other in ((_ROUTE, route), (_QUERY, query)):
            yield Figure(f"{name}, p{percent}", "ms", mine, against, percentile(other.ms, percent))
    yield Figure(name, "answers/s", ours.per_second, _ROUTE, route.per_second)
    if name.startswith("record") and clients == 1:
        over = percentile(ours.ms, 50) - percentile(query.ms, 50)
        yield Figure(f"{name}, p50 over {_QUERY}", "ms", over, goal=at_most(2))


def _get(site: Site, path: Callable[[], str]) -> Ask:
    return opened("GET", lambda: site.stack.url("api") + path(), _signed_in(site))


def _listed(site: Site) -> Ask:
    return _get(site, lambda: f"/collections/{_COLLECTION}/photos")


def _hand_out(site: Site) -> Ask:
    announced = json.dumps({"filename": "photo.jpg", "type": "image/jpeg", "size": 1_000_000})
    url = f"{site.stack.url('api')}/collections/{_COLLECTION}/uploads"
    headers = {**_signed_in(site), "Content-Type": "application/json"}
    return opened("POST", lambda: url, headers, announced)


def _signed_in(site: Site) -> dict[str, str]:
    key_id, _, secret = site.stack.secrets["TOKEN_KEYS"].partition(":")
    tokens = Tokens.of(site.database, {key_id: secret})
    issued = tokens.issue(_USER, operator=False, life=timedelta(hours=1))
    return {"Authorization": f"Bearer {issued.token}"}
