"""The stacks tests run on: real servers, configured as production is, in a folder of their own."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from minio import Minio
from pymongo import MongoClient

from infra.executables import MINIO, mongo_server
from infra.layout import Stack
from infra.lifecycle import running, serving
from infra.wire_storage import storage_client
from infra.wiring import DATABASE
from tests.documents import Documents
from tests.lease import LEASE_SECONDS
from tests.person import Person
from tests.with_api import with_api


@pytest.fixture(scope="session")
def servers_built() -> None:
    """Skips on a laptop without the servers' programs; in CI their absence is a failure."""
    missing = [
        name
        for name, there in (("MinIO", MINIO.exists()), ("Mongo", mongo_server() is not None))
        if not there
    ]
    if missing and os.environ.get("CI"):
        pytest.fail(f"no {' and no '.join(missing)}: `make setup` builds them")
    if missing:
        pytest.skip(f"no {' and no '.join(missing)}: `make setup` builds them")


@pytest.fixture(scope="session")
def stack(servers_built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A whole stack: servers, wiring, models, functions, scheduler."""
    tuning = {"LEASE_SECONDS": str(LEASE_SECONDS)}
    with running(Stack.free(tmp_path_factory.mktemp("stack"), tuning)) as started:
        yield started


@pytest.fixture(scope="session")
def servers(servers_built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """MinIO and Mongo with the wiring done, and no function that could interfere."""
    tuning = {"LEASE_SECONDS": str(LEASE_SECONDS)}
    with serving(Stack.free(tmp_path_factory.mktemp("servers"), tuning)) as started:
        yield started


@pytest.fixture(scope="session")
def minio_root(stack: Stack) -> Minio:
    """The whole stack's MinIO with every right."""
    return storage_client(stack)


@pytest.fixture(scope="session")
def mongo_root(stack: Stack) -> Iterator[Documents]:
    """The whole stack's database with every right."""
    with MongoClient[dict[str, Any]](stack.mongo_uri(), tz_aware=True) as client:
        yield client[DATABASE]


@pytest.fixture(scope="session")
def api(servers_built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Other servers, with the api and no function: what it says and writes stays as it is."""
    with with_api(tmp_path_factory.mktemp("api")) as started:
        yield started


@pytest.fixture(scope="session")
def api_root(api: Stack) -> Iterator[Documents]:
    """The database behind the api, with every right."""
    with MongoClient[dict[str, Any]](api.mongo_uri(), tz_aware=True) as client:
        yield client[DATABASE]


@pytest.fixture
def ana(api: Stack, api_root: Documents) -> Person:
    """Somebody with an account and nothing yet."""
    return Person.new(api, api_root)


@pytest.fixture
def ben(api: Stack, api_root: Documents) -> Person:
    """Somebody else."""
    return Person.new(api, api_root)


@pytest.fixture
def operator_person(api: Stack, api_root: Documents) -> Person:
    """An operator."""
    return Person.new(api, api_root, operator=True)
