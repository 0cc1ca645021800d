"""Leases on a real Mongo: one holder at a time, whatever happens to them."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo import MongoClient

from functions.runtime.database import Document
from infra.layout import Stack
from infra.wiring import DATABASE
from scheduler.lease import Lease
from tests.documents import Documents
from tests.eventually import eventually


@pytest.fixture(scope="module")
def documents(servers: Stack) -> Iterator[Documents]:
    """The database with the scheduler's rights."""
    with MongoClient[dict[str, Any]](servers.mongo_uri("scheduler"), tz_aware=True) as client:
        yield client[DATABASE]


@pytest.fixture
def name() -> str:
    return f"models/{uuid.uuid4()}"


def test_one_of_many_who_want_it_at_once_gets_it(documents: Documents, name: str) -> None:
    leases = [Lease.of(documents, name) for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(Lease.take, leases))
    assert sum(taken) == 1
    assert [lease.held() for lease in leases] == taken
    leases[taken.index(True)].release()


def test_what_was_released_is_free_at_once(documents: Documents, name: str) -> None:
    one, other = Lease.of(documents, name), Lease.of(documents, name)
    assert one.take()
    assert not other.take()
    one.release()
    assert not one.held()
    assert other.take()
    one.release()
    assert other.held()
    other.release()


def test_it_is_renewed_for_as_long_as_its_holder_lives(documents: Documents, name: str) -> None:
    one, other = Lease.of(documents, name, seconds=2), Lease.of(documents, name)
    assert one.take()
    first = _until(documents, name)
    eventually(lambda: (_until(documents, name) - first).total_seconds() > 2)
    assert one.held()
    assert not other.take()
    one.release()


def test_a_dead_holder_frees_it_when_the_lease_runs_out(documents: Documents, name: str) -> None:
    dead, other = Lease.of(documents, name, seconds=3), Lease.of(documents, name)
    assert dead.take()
    _dies(dead)
    assert not other.take()
    eventually(other.take)
    assert not dead.held()
    other.release()


def test_another_process_can_tell_whether_its_holder_has_it(
    documents: Documents, name: str
) -> None:
    scheduler = Lease.of(documents, name)
    child = Lease.of(documents, name, holder=scheduler.holder)
    assert not child.held()
    assert scheduler.take()
    assert child.held()
    scheduler.release()
    assert not child.held()


def _until(documents: Documents, name: str) -> Any:
    found: Document | None = documents["leases"].find_one({"_id": name})
    assert found is not None
    return found["until"]


def _dies(lease: Lease) -> None:
    """What is left of a holder whose process was killed: nobody renews."""
    lease._released.set()
