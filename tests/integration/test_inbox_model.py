"""The inbox ends right whatever happens, and a rule that is broken is noticed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pymongo import MongoClient
from pymongo.database import Database

from functions.runtime import rules
from functions.runtime.database import Document
from functions.runtime.inbox import Claim, Inbox, Outcome
from infra.layout import Stack
from tests.integration.inbox_model import InboxModel

CHECKED = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# That it fails is enough: nobody needs the shortest way to it.
NOTICED = settings(CHECKED, derandomize=True, max_examples=3000, phases=[Phase.generate])


class DeafWhileRunning(Inbox):
    """Forgets what it is asked while the row runs, as an edge-triggered queue would."""

    def ask(
        self,
        bucket: str,
        key: str,
        content: str = rules.LOOK_AGAIN,
        at: datetime | None = None,
    ) -> str | None:
        row = self._rows.find_one({"_id": f"{bucket}/{key}"})
        if row and row["state"] == "running":
            return None
        return super().ask(bucket, key, content, at)


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


class ForgetsContent(Inbox):
    """Takes every event of a finished row for a double of one it knows."""

    def ask(
        self,
        bucket: str,
        key: str,
        content: str = rules.LOOK_AGAIN,
        at: datetime | None = None,
    ) -> str | None:
        row = self._rows.find_one({"_id": f"{bucket}/{key}"})
        if row and row["state"] in ("done", "parked") and content != rules.LOOK_AGAIN:
            return None
        return super().ask(bucket, key, content, at)


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


@pytest.mark.parametrize(
    "broken", [DeafWhileRunning, SettlesForOthers, NeverTakesOver, ForgetsContent]
)
def test_a_broken_rule_of_the_inbox_is_noticed(
    database: Database[Document], broken: type[Inbox]
) -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(_model(database, broken), settings=NOTICED)
