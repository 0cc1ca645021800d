"""Follows the pointers of the collections in use and swaps their models between two requests."""

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Final, Generic, TypeVar

from functions.runtime import log
from functions.runtime.faults import Outage
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import GENERAL, POINTER, Models, Pointer, Version

LOOK_EVERY_SECONDS: Final = 1.0
TRY_AGAIN_SECONDS: Final = 60.0
"""A refused version is tried again after this, in case somebody has mended its files."""

MOST_COLLECTIONS: Final = 32
"""Collections followed at once; the one asked longest ago makes room, and costs a load later."""

Model = TypeVar("Model")


@dataclass(frozen=True)
class _Followed(Generic[Model]):
    """What answers for a collection; without a pointer of its `own`, general does."""

    own: bool
    version: str | None = None
    model: Model | None = None


class Follower(Generic[Model]):
    """The current model of each collection in use, as `load` makes it of a checked version.

    `load` returns a warm model, or raises BrokenVersion or Outage.
    """

    def __init__(self, models: Models, load: Callable[[Version], Model]) -> None:
        self._models = models
        self._load = load
        self._followed: Mapping[str, _Followed[Model]] = {}
        self._asked_at: dict[str, float] = {}
        self._refused_at: dict[tuple[str, str], float] = {}
        self._changing = Lock()
        self._stopping = Event()
        self._thread: Thread | None = None

    def current(self, collection: str = GENERAL) -> Model:
        """The model that answers for a collection now; whoever holds it keeps it to the end.

        Raises Outage while none could be loaded yet.
        """
        # One read of one reference: a swap replaces the whole mapping.
        followed = self._followed.get(collection) or self._look_at(collection)
        self._asked_at[collection] = time.monotonic()
        if not followed.own and collection != GENERAL:
            return self.current()
        if followed.model is None:
            raise Outage(f"no model of {collection} could be loaded yet")
        return followed.model

    def ready(self) -> bool:
        """True as soon as general's model is loaded; it stays so while MinIO is away.

        False once the thread has ended that looks for new ones.
        """
        general = self._followed.get(GENERAL)
        looks = self._thread is None or self._thread.is_alive()
        return looks and general is not None and general.model is not None

    def start(self) -> None:
        """Looks now and then every second, in a thread of its own, until `stop`."""
        self._thread = Thread(target=self._run, name="model-follower", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops looking; what is loaded goes on answering."""
        self._stopping.set()

    def look(self) -> None:
        """Looks once at the pointers of `general` and of every collection in use."""
        for collection in {GENERAL, *self._followed}:
            try:
                self._look_at(collection)
            except Outage as outage:
                # The old model answers on, and the next look comes in a second.
                log.said("the models can't be looked at", logging.DEBUG, reason=str(outage))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.look()
            self._stopping.wait(LOOK_EVERY_SECONDS)

    def _look_at(self, collection: str) -> _Followed[Model]:
        with self._changing:
            before = self._followed.get(collection, _Followed[Model](own=collection == GENERAL))
            after = self._next(collection, before)
            self._followed = self._with_room({**self._followed, collection: after})
            return after

    def _with_room(self, followed: dict[str, _Followed[Model]]) -> dict[str, _Followed[Model]]:
        while len(followed) > MOST_COLLECTIONS:
            # One that was met this moment has not been asked yet, and must stay.
            idle = min(followed.keys() - {GENERAL}, key=lambda c: self._asked_at.get(c, math.inf))
            del followed[idle]
            self._asked_at.pop(idle, None)
        return followed

    def _next(self, collection: str, before: _Followed[Model]) -> _Followed[Model]:
        try:
            pointer = self._models.pointer(collection)
        except BrokenVersion as broken:
            self._refuse(collection, POINTER, broken)
            return _Followed(True, before.version, before.model)
        if pointer is None:
            return before if collection == GENERAL else _Followed(own=False)
        for version in _candidates(pointer, before.model is None):
            if version == before.version:
                return before
            model = self._loaded(collection, version)
            if model is not None:
                return _Followed(True, version, model)
        return _Followed(True, before.version, before.model)

    def _loaded(self, collection: str, version: str) -> Model | None:
        refused_at = self._refused_at.get((collection, version))
        if refused_at is not None and time.monotonic() < refused_at + TRY_AGAIN_SECONDS:
            return None
        try:
            model = self._load(self._models.version(collection, version))
        except BrokenVersion as broken:
            self._refuse(collection, version, broken)
            return None
        self._refused_at.pop((collection, version), None)
        log.said("a model answers from now on", collection=collection, model=version)
        return model

    def _refuse(self, collection: str, version: str, broken: BrokenVersion) -> None:
        if (collection, version) not in self._refused_at:
            told = {"collection": collection, "model": version, "reason": str(broken)}
            log.said("a broken model is refused", logging.ERROR, **told)
        self._refused_at[collection, version] = time.monotonic()


def _candidates(pointer: Pointer, nothing_answers: bool) -> list[str]:
    """The current version; a process that starts while it is broken may take the one before."""
    previous = [pointer.previous] if nothing_answers and pointer.previous else []
    return [pointer.version, *previous]
