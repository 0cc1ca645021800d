"""What this process has to tell changes with: the journal, the hub, and the watcher's thread."""

from dataclasses import dataclass
from functools import cache

from functions.api.events.hub import Hub
from functions.api.events.journal import Journal
from functions.api.events.watcher import Watcher
from functions.api.parts import parts


@dataclass(frozen=True)
class Live:
    """The parts; `begin` and `end` go with the process."""

    journal: Journal
    hub: Hub
    watcher: Watcher

    def begin(self) -> None:
        """Follow what is written."""
        self.watcher.start()

    def end(self) -> None:
        """End every stream at once, and follow nothing more."""
        self.hub.stop()
        self.watcher.stop()

    def missing(self) -> str | None:
        """Why changes are not told, a sentence; None while they are."""
        if self.watcher.alive() and self.hub.last is not None:
            return None
        return "changes can't be followed"


@cache
def live() -> Live:
    """The parts of this process; nothing is started yet."""
    database = parts().database
    journal, hub = Journal.of(database), Hub()
    return Live(journal, hub, Watcher(database, journal, hub))
