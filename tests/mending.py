"""What the scheduler does each minute, done now, for tests that need not wait for the minute."""

from datetime import timedelta
from typing import Any

from pymongo import MongoClient

from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from infra.wiring import DATABASE
from scheduler.reconcile import Reconciler
from tests.seen import Seen


def ready_with_reconcile(stack: Stack, seen: Seen, keys: list[str]) -> bool:
    """Whether every photo is ready; when nobody is at work on one that is not, reconcile first.

    MinIO tells nobody of what it takes in the first quarter of a second after its start.
    """
    if seen.at_rest() and not seen.say_ready(keys):
        _reconcile(stack)
    return seen.are_ready(keys)


def _reconcile(stack: Stack) -> None:
    secret = stack.secrets[name_of("scheduler", "storage_secret")]
    storage = Storage(storage_client(stack, "scheduler", secret))
    functions = [row.function for row in stack.rows]
    with MongoClient[dict[str, Any]](stack.mongo_uri("scheduler"), tz_aware=True) as client:
        reconciler = Reconciler.of(storage, client[DATABASE], functions, settle=timedelta(0))
        reconciler.carry_out(reconciler.plan())
