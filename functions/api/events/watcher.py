"""The one thread of a process that reads Mongo's change stream, and has each change told."""

import logging
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any, Final

from bson import Timestamp
from pymongo.change_stream import ChangeStream
from pymongo.database import Database
from pymongo.errors import OperationFailure, PyMongoError

from functions.api.events.change import Change, Kind
from functions.api.events.hub import Hub
from functions.api.events.journal import Journal, Position
from functions.api.events.moment import id_at, id_of
from functions.api.events.sources import Sources, collection_change
from functions.api.events.touched import KINDS, Touched
from functions.runtime import log
from functions.runtime.database import Document, outages, server_time
from functions.runtime.faults import Outage
from functions.runtime.work import backoff

_WATCHED: Final = [{"$match": {"ns.coll": {"$in": list(KINDS)}}}]
_AWAIT_MS: Final = 1000
_KEEP_SECONDS, _KEEP_IDLE_SECONDS = 1.0, 60.0


class Watcher:
    """Follows what is written, from where the journal ends; begins again after an outage."""

    def __init__(self, database: Database[Document], journal: Journal, hub: Hub) -> None:
        self._database = database
        self._journal = journal
        self._hub = hub
        self._sources = Sources.of(database)
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="watcher", daemon=True)
        self._position: Position | None = None
        self._kept: Position | None = None
        self._kept_at = 0.0
        # Of writes with the same time only the first has the token to begin again from.
        self._written, self._ordinal = Timestamp(0, 0), 0
        self._token: Mapping[str, Any] = {}

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, within about a second."""
        self._stopping.set()

    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        tries = 0
        while not self._stopping.is_set():
            begun = time.monotonic()
            try:
                self._watch()
            except (Outage, OperationFailure) as fault:
                tries = 0 if time.monotonic() - begun > _KEEP_IDLE_SECONDS else tries + 1
                log.said("changes can't be followed", logging.WARNING, reason=str(fault))
                self._stopping.wait(backoff(tries))

    def _watch(self) -> None:
        self._position = self._position or self._journal.position()
        try:
            with outages():
                self._follow(self._position)
        except OperationFailure as error:
            if self._position is None:
                raise
            # Too old, or of another server's log: what was written since then, nobody can tell.
            log.said("changes were lost", logging.WARNING, reason=str(error))
            with outages():
                self._follow(None)

    def _follow(self, position: Position | None) -> None:
        token = position.token if position else None
        watched = self._database.watch(_WATCHED, resume_after=token, max_await_time_ms=_AWAIT_MS)
        with watched as stream:
            self._token, self._written = stream.resume_token or {}, Timestamp(0, 0)
            if position is None:
                self._begin_anew()
            last = self._position.last if self._position else ""
            # After the stream: who becomes a member from now on is seen in it.
            self._hub.begin(self._sources.members(), self._journal.newest(last))
            while stream.alive and not self._stopping.is_set():
                self._read(stream)

    def _begin_anew(self) -> None:
        now = server_time(self._database)
        reset = Change.reset(id_at(now), now)
        self._tell(reset)
        self._keep(every=0)

    def _read(self, stream: ChangeStream[Document]) -> None:
        line = stream.try_next()
        if line is None:
            self._token = stream.resume_token or self._token
            self._written = Timestamp(0, 0)
            self._hub.seen(datetime.now(UTC))
            self._keep(_KEEP_IDLE_SECONDS)
            return
        if line["clusterTime"] == self._written:
            self._ordinal += 1
        else:
            self._keep(_KEEP_SECONDS)
            self._written, self._ordinal = line["clusterTime"], 0
        self._take_line(line)
        self._token = line["_id"]

    def _take_line(self, line: Document) -> None:
        try:
            touched = Touched.by(line)
            if touched is not None:
                self._take(touched, id_of(self._written, self._ordinal))
        except (Outage, PyMongoError):
            raise
        except Exception as bug:  # noqa: BLE001 - a bug of ours loses one change, not those after it
            told = "".join(traceback.format_exception(bug))
            log.said("a change can't be told", logging.ERROR, reason=str(bug), traceback=told)

    def _take(self, touched: Touched, change_id: str) -> None:
        if touched.kind is Kind.COLLECTION:
            found = self._sources.collection(touched)
            # Deleted in the meantime, which is a line of its own.
            if found is not None or touched.gone:
                self._tell(collection_change(touched, found, change_id), found)
            return
        change = self._sources.change(touched, change_id)
        if change is not None:
            self._tell(change)

    def _tell(self, change: Change, collection: Document | None = None) -> None:
        # First the journal: who comes again with this id finds everything before it there.
        self._journal.add(change)
        self._hub.deliver(change, collection)

    def _keep(self, every: float) -> None:
        """Note how far all was told; called between writes of different times."""
        self._position = Position(self._token, self._hub.last or "")
        if self._position != self._kept and time.monotonic() - self._kept_at >= every:
            self._journal.keep(self._position)
            self._kept, self._kept_at = self._position, time.monotonic()
