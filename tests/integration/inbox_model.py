"""A model of one inbox under everything that can happen: the rows are real, the world is small.

The world is one object and the output a function made of it. The object is written and removed;
the events about it come late, twice, in any order, or not at all; workers claim, look,
write, settle, crash, and are paused past their lease and go on as if nothing had happened.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pymongo.database import Database

from functions.runtime.claim import Claim, Outcome
from functions.runtime.database import Document
from functions.runtime.event import GONE
from functions.runtime.inbox import Inbox

KEY = "c/one"
CONTENTS = st.sampled_from(["red", "green", "refused", GONE])
RARELY = st.sampled_from([False, False, False, True])
ANY = st.integers(min_value=0, max_value=99)
MOST_CHANGES = 3
"""Few, because every event that comes later may mend what an earlier one broke."""

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

DONE = Outcome("done", "done")
REFUSED = Outcome("parked", "rejected", "not-a-picture", "This is not a picture.")
AGAIN = Outcome("waiting", "failed", failures=1)


@dataclass
class Session:
    """A worker in the middle of one claim: what it saw, and whether it has written."""

    claim: Claim
    paused: bool = False
    seen: str | None = None
    wrote: bool = False


class InboxModel(RuleBasedStateMachine):
    """Whatever happens, the output ends up as the object is."""

    @staticmethod
    def database_of() -> Database[Document]:
        """The database to use; a subclass says which."""
        raise NotImplementedError

    inbox_class: ClassVar[type[Inbox]] = Inbox

    def __init__(self) -> None:
        super().__init__()
        self.rows = self.database_of()["inbox.model"]
        self.rows.delete_many({})
        self.inbox = self.inbox_class(self.rows, lease_seconds=60)
        self.object = GONE
        self.output = GONE
        self.events: list[tuple[str, int]] = []
        self.heard: set[int] = set()
        self.changes = 0
        self.sessions: list[Session] = []
        self.newest_token = 0
        self.something_was_lost = False

    @precondition(lambda self: self.changes < MOST_CHANGES)
    @rule(content=CONTENTS)
    def the_object_is_written_or_removed(self, content: str) -> None:
        self.object = content
        self.changes += 1
        self.events += [(content, self.changes)] * 2

    @precondition(lambda self: self.events)
    @rule(which=ANY, lost=RARELY)
    def an_event_arrives_or_is_lost(self, which: int, lost: bool) -> None:
        content, change = self.events.pop(which % len(self.events))
        if not lost:
            self.heard.add(change)
            self.inbox.ask("images", KEY, content)
        elif all(other != change for _, other in self.events):
            self.something_was_lost |= change not in self.heard

    @rule(which=ANY)
    def a_worker_claims(self, which: int) -> None:
        due = list(self.inbox.due())
        if due:
            row, alone = due[which % len(due)]
            self._claim(row, alone)

    @rule()
    def a_worker_does_it_all_at_once(self) -> None:
        due = list(self.inbox.due())
        if due:
            self._work_off(*due[0])

    @precondition(lambda self: self.sessions)
    @rule(which=ANY, fails=RARELY)
    def a_worker_goes_on_or_fails(self, which: int, fails: bool) -> None:
        session = self._session(which)
        if fails:
            self._settle(session, fails=True)
        elif session.seen is None:
            self._look(session)
        elif not session.wrote:
            self._write(session)
        else:
            self._settle(session, fails=False)

    @precondition(lambda self: self.sessions)
    @rule(which=ANY, wakes=st.booleans())
    def a_worker_is_paused_past_its_lease_or_dies(self, which: int, wakes: bool) -> None:
        session = self._session(which)
        self._let_lease_run_out(session)
        # Paused, overtaken, woken, and killed before it could say so: the reconciler's case.
        self.something_was_lost |= not wakes and session.paused and session.wrote
        session.paused = True
        if not wakes:
            self.sessions.remove(session)

    @invariant()
    def the_key_has_one_owner(self) -> None:
        owners = Counter(session.claim.row for session in self.sessions if not session.paused)
        assert all(count == 1 for count in owners.values()), owners

    def teardown(self) -> None:
        while self.events:
            self.an_event_arrives_or_is_lost(0, lost=False)
        for session in list(self.sessions):
            self._look(session)
            self._write(session)
            self._settle(session, fails=False)
        self._work_until_nothing_is_due()
        if not self.something_was_lost:
            assert self.output == self._right(), "without a reconcile"
        self._reconcile()
        self._work_until_nothing_is_due()
        assert self.output == self._right()
        states = {row["state"] for row in self.rows.find()}
        assert states <= {"done", "parked"}

    def _right(self) -> str:
        return GONE if self.object == "refused" else self.object

    def _claim(self, row: str, alone: bool) -> Session:
        claim = self.inbox.claim(row, alone)
        assert claim is not None
        assert claim.token > self.newest_token
        self.newest_token = claim.token
        self.sessions.append(Session(claim))
        return self.sessions[-1]

    def _session(self, which: int) -> Session:
        return self.sessions[which % len(self.sessions)]

    def _look(self, session: Session) -> None:
        session.seen = session.seen or self.object

    def _write(self, session: Session) -> None:
        assert session.seen is not None
        self.output = GONE if session.seen == "refused" else session.seen
        session.wrote = True

    def _settle(self, session: Session, fails: bool) -> None:
        self.sessions.remove(session)
        outcome = AGAIN if fails else REFUSED if session.seen == "refused" else DONE
        state = self.inbox.settle(session.claim, session.seen, outcome)
        assert (state is None) == (session.claim.token < self.newest_token), "who owns the row"
        if state is None:
            self.inbox.ask("images", session.claim.key)

    def _let_lease_run_out(self, session: Session) -> None:
        self.rows.update_one(
            {"_id": session.claim.row, "token": session.claim.token, "state": "running"},
            {"$set": {"due": LONG_AGO}},
        )

    def _work_until_nothing_is_due(self) -> None:
        for _ in range(200):
            due = list(self.inbox.due())
            if not due:
                return
            self._work_off(*due[0])
        raise AssertionError("the rows never come to rest")

    def _work_off(self, row: str, alone: bool) -> None:
        session = self._claim(row, alone)
        self._look(session)
        self._write(session)
        self._settle(session, fails=False)

    def _reconcile(self) -> None:
        if self.output != self._right():
            self.inbox.ask("images", KEY)
