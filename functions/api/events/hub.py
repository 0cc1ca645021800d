"""Who listens in this process, and what each of them may hear."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from queue import Empty, Full, Queue
from threading import Lock
from typing import Final

from functions.api.caller import Caller
from functions.api.doors import role_in
from functions.api.events.change import Change, Kind
from functions.api.events.moment import id_at
from functions.api.refusals import NotReady
from functions.runtime.database import Document

LISTENERS: Final = 256
"""Streams of events at once; each holds a thread, most of the time asleep."""

MOST_OF_ONE: Final = 64
"""Streams of one person: nobody takes the others' places."""

MOST_UNREAD: Final = 1000
_SURELY_SEEN: Final = timedelta(hours=1)


class Ear:
    """One who listens, with the changes not sent yet; `cut` breaks off a connection that hangs."""

    def __init__(self, caller: Caller, cut: Callable[[], None]) -> None:
        self.caller = caller
        self.ended = False
        self._cut = cut
        self._unread: Queue[Change | None] = Queue(MOST_UNREAD)

    def offer(self, change: Change) -> None:
        """A change to send; one who has left too many unread is cut off, and may come again."""
        try:
            self._unread.put_nowait(change)
        except Full:
            self.ended = True
            self._cut()

    def next(self, seconds: float) -> Change | None:
        """The next change, None when none comes in time or the stream has to end."""
        try:
            return self._unread.get(timeout=seconds)
        except Empty:
            return None

    def end(self) -> None:
        """Send nothing more."""
        self.ended = True
        try:
            self._unread.put_nowait(None)
        except Full:
            self._cut()


class Hub:
    """Hands each change to those who are members of its collection, at that time.

    `last` is the id of the newest change handed out, None until the journal is followed. `quiet` is
    one that goes on with the clock while nothing changes: all before it was handed out.
    """

    def __init__(self, most: int = LISTENERS) -> None:
        self._most = most
        self._lock = Lock()
        self._ears: defaultdict[str, set[Ear]] = defaultdict(set)
        self._members: dict[str, Document] = {}
        self._stopped = False
        self.last: str | None = None
        self.quiet = ""

    def begin(self, collections: Iterable[Document], last: str) -> None:
        """The journal is followed, from `last` on; these are all collections there are."""
        with self._lock:
            self._members = {str(found["_id"]): found for found in collections}
            self.last = max(last, self.last or "")

    def join(self, ear: Ear) -> str:
        """Let somebody listen, to all that comes after the id returned.

        Raises NotReady when too many listen, or one person too often, or while changes can't be
        followed.
        """
        with self._lock:
            if self.last is None or self._stopped:
                raise NotReady("not-ready", "Changes are not followed yet. Try again soon.", 2)
            own = self._ears.get(ear.caller.name, ())
            if len(own) >= MOST_OF_ONE or len(self._all()) >= self._most:
                raise NotReady("too-many-listeners", "Too many are listening already.", 30)
            self._ears[ear.caller.name].add(ear)
            return self.last

    def leave(self, ear: Ear) -> None:
        """This one listens no more."""
        with self._lock:
            self._ears[ear.caller.name].discard(ear)
            if not self._ears[ear.caller.name]:
                del self._ears[ear.caller.name]

    def collections_of(self, caller: Caller) -> list[str]:
        """The collections whose changes the caller may hear of."""
        with self._lock:
            return [one for one, found in self._members.items() if role_in(caller, found)]

    def deliver(self, change: Change, collection: Document | None = None) -> None:
        """Hand out a change; one of a collection comes with its document, None when it is gone."""
        with self._lock:
            self.last = max(change.id, self.last or "")
            before = self._members.get(change.collection)
            known = [before] if before else []
            if change.kind is Kind.COLLECTION:
                self._members.pop(change.collection, None)
                if collection is not None:
                    self._members[change.collection] = collection
                    # Whoever was put out hears of that, and then nothing more.
                    known.append(collection)
            for ear in self._audience(change, known):
                ear.offer(change)

    def _audience(self, change: Change, known: list[Document]) -> list[Ear]:
        if change.kind is Kind.RESET:
            return self._all()
        names = {name for found in known for name in found.get("members", {})}
        ears = (ear for name in names for ear in self._ears.get(name, ()))
        return [ear for ear in ears if any(role_in(ear.caller, found) for found in known)]

    def seen(self, now: datetime) -> None:
        """Nothing else had been written by about now."""
        self.quiet = id_at(now - _SURELY_SEEN)

    def stop(self) -> None:
        """End every stream, and begin none."""
        with self._lock:
            self._stopped = True
            for ear in self._all():
                ear.end()

    def _all(self) -> list[Ear]:
        return [ear for ears in self._ears.values() for ear in ears]
