"""The inbox ends right whatever happens, and a rule that is broken is noticed."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from pymongo import MongoClient
from pymongo.database import Database

from functions.runtime import rules
from functions.runtime.claim import Claim, Outcome
from functions.runtime.database import Document
from functions.runtime.inbox import Inbox
from infra.layout import Stack
from tests.integration.inbox_model import InboxModel

CHECKED = settings(
    max_examples=150,
    stateful_step_count=14,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class DeafInSomeStates(Inbox):
    """Forgets what it is asked about a row in one of the states `deaf`."""

    deaf: ClassVar[tuple[str, ...]]

    def ask(
        self,
        bucket: str,
        key: str,
        content: str = rules.LOOK_AGAIN,
        at: datetime | None = None,
    ) -> str | None:
        row = self._rows.find_one({"_id": f"{bucket}/{key}"})
        if row and row["state"] in self.deaf and content != rules.LOOK_AGAIN:
            return None
        return super().ask(bucket, key, content, at)


class DeafWhileRunning(DeafInSomeStates):
    """Forgets what it is asked while the row runs, as an edge-triggered queue would."""

    deaf = ("running",)


class ForgetsContent(DeafInSomeStates):
    """Takes every event of a finished row for a double of one it knows."""

    deaf = ("done", "parked")


class SettlesForOthers(Inbox):
    """Takes the word of a worker whose claim another worker has taken over."""

    def settle(self, claim: Claim, worked: str | None, outcome: Outcome) -> str | None:
        row = self._rows.find_one({"_id": claim.row}) or {}
        stolen = Claim(**{**vars(claim), "token": row.get("token", 0)})
        return super().settle(stolen, worked, outcome) or row["state"]


class NeverTakesOver(Inbox):
    """Leaves the rows of dead processes as they are."""

    def due(self) -> Iterator[tuple[str, bool]]:
        return ((row, alone) for row, alone in super().due() if not alone)


@pytest.fixture
def database(servers: Stack) -> Iterator[Database[Document]]:
    """A database of the test's own on the real server."""
    with MongoClient[dict[str, Any]](servers.mongo_uri(), tz_aware=True) as client:
        yield client["inbox_model"]


def _model(database: Database[Document], inbox: type[Inbox]) -> type[InboxModel]:
    # A function, because Hypothesis asks a class's attributes for its own marks, and a database
    # answers every question with a collection.
    held = {"database_of": staticmethod(lambda: database), "inbox_class": inbox}
    return type("Model", (InboxModel,), held)


def test_the_outputs_end_as_the_objects_are_whatever_happens(
    database: Database[Document],
) -> None:
    run_state_machine_as_test(_model(database, Inbox), settings=CHECKED)


def changed_while_it_ran(model: InboxModel) -> None:
    """Both events of the new bytes come while a worker is busy with the old ones."""
    first_bytes(model)
    model.a_worker_claims(0)
    model.a_worker_goes_on_or_fails(0, fails=False)
    new_bytes(model)


def overtaken_by_another(model: InboxModel) -> None:
    """A paused worker wakes and ends after another has begun with the new bytes."""
    changed_while_it_ran(model)
    model.a_worker_is_paused_past_its_lease_or_dies(0, wakes=True)
    model.a_worker_claims(0)
    for worker in (1, 1, 0, 0, 0):
        model.a_worker_goes_on_or_fails(worker, fails=False)


def died_at_work(model: InboxModel) -> None:
    """A worker claims and dies, and nothing else ever happens."""
    first_bytes(model)
    model.a_worker_claims(0)
    model.a_worker_is_paused_past_its_lease_or_dies(0, wakes=False)


def changed_afterwards(model: InboxModel) -> None:
    """The bytes are replaced once all work on the first ones is done."""
    first_bytes(model)
    model.a_worker_does_it_all_at_once()
    new_bytes(model)


def first_bytes(model: InboxModel) -> None:
    model.the_object_is_written_or_removed("red")
    hear_everything(model)


def new_bytes(model: InboxModel) -> None:
    model.the_object_is_written_or_removed("green")
    hear_everything(model)


def hear_everything(model: InboxModel) -> None:
    while model.events:
        model.an_event_arrives_or_is_lost(0, lost=False)


STORIES = {
    changed_while_it_ran: DeafWhileRunning,
    overtaken_by_another: SettlesForOthers,
    died_at_work: NeverTakesOver,
    changed_afterwards: ForgetsContent,
}


@pytest.mark.parametrize(("story", "broken"), STORIES.items())
def test_a_story_ends_right_and_is_what_goes_wrong_when_its_rule_is_broken(
    database: Database[Document], story: Callable[[InboxModel], None], broken: type[Inbox]
) -> None:
    _play(story, _model(database, Inbox)())
    with pytest.raises(AssertionError):
        _play(story, _model(database, broken)())


def _play(story: Callable[[InboxModel], None], model: InboxModel) -> None:
    story(model)
    model.teardown()
