"""One listener's stream: what was missed, then what happens, and a sign of life in between."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from functions.api.events.change import Change
from functions.api.events.hub import Ear, Hub
from functions.api.events.journal import Journal
from functions.api.events.moment import is_kept

HEARTBEAT_SECONDS: Final = 15.0
_COME_AGAIN_MS: Final = 2000


@dataclass(frozen=True)
class Stream:
    """What goes to one listener as server-sent events (WHATWG HTML, section 9.2).

    `may_stay` is asked at each heartbeat: False ends the stream.
    """

    hub: Hub
    journal: Journal
    may_stay: Callable[[], bool]
    heartbeat_seconds: float = HEARTBEAT_SECONDS

    def text(self, ear: Ear, since: str | None, joined: str) -> Iterator[str]:
        """The events after the id `since`; `joined` is the last one before the ear heard.

        Raises Outage when the journal can't be read.
        """
        yield f"retry: {_COME_AGAIN_MS}\n"
        sent, now_at = since or "", max(joined, self.hub.quiet)
        if since is None:
            yield f"id: {now_at}\n\n"
        elif not is_kept(since, datetime.now(UTC)):
            yield "\n" + Change.reset(now_at, datetime.now(UTC)).event
            sent = joined
        else:
            yield "\n"
            places = self.hub.collections_of(ear.caller)
            for change in self.journal.between(places, since, joined):
                yield change.event
                sent = change.id
        yield from self._live(ear, max(sent, joined))

    def _live(self, ear: Ear, sent: str) -> Iterator[str]:
        beat = time.monotonic() + self.heartbeat_seconds
        while not ear.ended:
            change = ear.next(max(0.0, beat - time.monotonic()))
            if change is not None and change.id > sent:
                yield change.event
                sent = change.id
            if time.monotonic() >= beat:
                if not self.may_stay():
                    return
                beat = time.monotonic() + self.heartbeat_seconds
                # With an id, so that in quiet times the listener's does not grow too old.
                sent = sent if change else max(sent, self.hub.quiet)
                yield f": still here\nid: {sent}\n\n"
