"""The line to Mongo: one client a process, its errors said in the words of the faults."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    InvalidOperation,
    OperationFailure,
    WTimeoutError,
)

from functions.runtime.faults import Outage
from functions.runtime.settings import StackAccess

Document: TypeAlias = dict[str, Any]

LONG_AGO: Final = datetime.fromtimestamp(0, UTC)
"""Before everything there is: for what never was, and as the lower end of spans."""

_AWAY: Final = frozenset(
    {
        13,  # Unauthorized
        18,  # AuthenticationFailed
        91,  # ShutdownInProgress
        189,  # PrimarySteppedDown
        11600,  # InterruptedAtShutdown
        11602,  # InterruptedDueToReplStateChange
        14031,  # OutOfDiskSpace
    }
)


def connect(settings: StackAccess) -> Database[Document]:
    """The product's database with this process's credentials; no request is made yet.

    Writes are journaled before they are acknowledged, and an absent server is noticed in seconds.
    """
    client: MongoClient[Document] = MongoClient(
        settings.mongo_uri.get_secret_value(),
        appname=settings.storage_user,
        tz_aware=True,
        journal=True,
        serverSelectionTimeoutMS=3000,
        connectTimeoutMS=3000,
        socketTimeoutMS=15000,
    )
    return client[settings.mongo_database]


def server_time(database: Database[Document]) -> datetime:
    """The server's time, which `$$NOW` is in its updates. Raises Outage."""
    with outages():
        now: datetime = database.command("hello", codec_options=database.codec_options)["localTime"]
    return now


@contextmanager
def outages() -> Iterator[None]:
    """Says an absent, full or refusing Mongo as Outage; other errors pass, they are bugs."""
    try:
        yield
    except (ConnectionFailure, ExecutionTimeout, WTimeoutError) as error:
        raise Outage(f"Mongo: {type(error).__name__}") from error
    except OperationFailure as error:
        if error.code in _AWAY:
            raise Outage(f"Mongo: {error.details or error}") from error
        raise
    except InvalidOperation as error:
        # A client that is being closed: the process is on its way out.
        raise Outage(f"Mongo: {error}") from error
