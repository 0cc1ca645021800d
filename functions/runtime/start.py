"""From a function's definition to its web application, with real parts behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pymongo.database import Database

from functions.runtime.database import Document, connect
from functions.runtime.function import Function
from functions.runtime.inbox import Inbox
from functions.runtime.process import Check, Process
from functions.runtime.records import Records
from functions.runtime.settings import Settings, settings
from functions.runtime.storage import Storage
from functions.runtime.web import create_app

if TYPE_CHECKING:
    from flask import Flask


@dataclass(frozen=True)
class Parts:
    """This process's settings and its lines to MinIO and Mongo."""

    settings: Settings
    storage: Storage
    database: Database[Document]


@cache
def parts() -> Parts:
    """The parts of this process; ends it with a sentence when a setting is missing."""
    own = settings()
    return Parts(own, Storage.connect(own), connect(own))


def start(
    function: Function,
    begins: Sequence[Callable[[], None]] = (),
    checks: Sequence[Check] = (),
) -> "Flask":
    """The function's application; its `extensions["process"]` is started by the server.

    `begins` and `checks` are as a `Process` takes them.
    """
    own = parts()
    inbox = Inbox.of(own.database, function.name, own.settings.lease_seconds)
    records = Records.of(own.database)
    process = Process.of(function, own.settings, own.storage, records, inbox, begins, checks)
    return create_app(process)
