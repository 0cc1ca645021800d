"""Trainings in processes of their own, on a real Mongo: one at a time, and what becomes of each."""

import signal
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import click
import psutil
import pytest
from pymongo import MongoClient

from colecionador.training_shown import shown_until_finished
from functions.learning.trainings import FINISHED, Trainings
from functions.runtime.collections import Collections
from functions.runtime.database import Document
from infra.layout import Stack
from infra.lifecycle import serving
from infra.wiring import DATABASE
from scheduler.learning.queue.asking import Asking
from scheduler.learning.queue.training_queue import TrainingQueue
from tests.documents import Documents
from tests.eventually import eventually
from tests.integration.operating import colecionador
from tests.lease import LEASE_SECONDS
from tests.trainer import Trainer, trainer


@pytest.fixture(scope="module")
def servers(servers_built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Servers of this module's own: the next training is that of any collection there is."""
    tuning = {"LEASE_SECONDS": str(LEASE_SECONDS)}
    with serving(Stack.free(tmp_path_factory.mktemp("training"), tuning)) as started:
        yield started


@pytest.fixture(scope="module")
def root(servers: Stack) -> Iterator[Documents]:
    """The servers' database with every right."""
    with MongoClient[dict[str, Any]](servers.mongo_uri(), tz_aware=True) as client:
        yield client[DATABASE]


@pytest.fixture(scope="module")
def documents(servers: Stack) -> Iterator[Documents]:
    """The same with the scheduler's rights."""
    with MongoClient[dict[str, Any]](servers.mongo_uri("scheduler"), tz_aware=True) as client:
        yield client[DATABASE]


@pytest.fixture
def trainings(root: Documents) -> Iterator[Trainings]:
    """The trainings; what is left open is taken away, or the next test would run it."""
    left_open = {"state": {"$in": ["queued", "running"]}}
    root["trainings"].delete_many(left_open)
    yield Trainings.of(root)
    root["trainings"].delete_many(left_open)


def new_collection(root: Documents, kind: str) -> str:
    """A collection whose trainings are of this kind (tests/tiny_training.py)."""
    made = Collections.of(root).add(kind, "ana", f"{kind}-{uuid.uuid4().hex[:8]}")
    return str(made["_id"])


def asked(root: Documents, kind: str) -> str:
    return Trainings.of(root).ask(new_collection(root, kind), "transfer", "ana")


def known(trainings: Trainings, training_id: str) -> Document:
    found = trainings.get(training_id)
    assert found is not None
    return found


def finished(trainings: Trainings, training_id: str, timeout: float = 90) -> Document:
    eventually(lambda: known(trainings, training_id)["state"] in FINISHED, timeout)
    return known(trainings, training_id)


def in_phase(trainings: Trainings, training_id: str, phase: str) -> None:
    eventually(lambda: known(trainings, training_id).get("phase") == phase, timeout=90)


def ended(process: psutil.Process) -> bool:
    """Whether it does nothing any more; a sleeping parent can't take notice of its child's end."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def child_of(process: Trainer) -> psutil.Process:
    return eventually(process.child)


def test_a_training_goes_from_queued_to_published_and_shows_how_far_it_is(
    servers: Stack, root: Documents, trainings: Trainings
) -> None:
    own = asked(root, "quick")
    assert known(trainings, own)["state"] == "queued"
    with trainer(servers) as process:
        in_phase(trainings, own, "head")
        training = known(trainings, own)
        assert training["epochs"] == 8
        assert training["metrics"] == {"accuracy": 0.5}
        assert child_of(process).nice() == process.process.nice() + 10
        training = finished(trainings, own)
        eventually(lambda: process.said("a training ended"))
    assert (training["state"], training["reason"]) == ("published", "It is published.")
    assert training["started_at"] <= training["finished_at"]
    assert training["labels_until"] == training["started_at"]
    assert (training["version"], training["decision"]) == ("transfer-1", {"publish": True})
    assert training["deaths"] == 0


def test_two_schedulers_never_train_at_once(
    servers: Stack, root: Documents, trainings: Trainings
) -> None:
    ids = [asked(root, "quick") for _ in range(3)]
    with trainer(servers, "one"), trainer(servers, "other"):
        ends = [finished(trainings, own) for own in ids]
    assert [(one["state"], one["deaths"]) for one in ends] == [("published", 0)] * 3


def test_asking_twice_gives_the_training_that_is_there(root: Documents) -> None:
    collection = new_collection(root, "quick")
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: Trainings.of(root).ask(collection, "cnn", "ana"), range(8)))
    left = Trainings.of(root).open_of(collection)
    assert left is not None
    assert Trainings.of(root).ask(collection, "cnn", "rui") == left["_id"]
    assert root["trainings"].count_documents({"collection": collection}) == 1
    assert left["_id"] in ids
    Trainings.of(root).cancel(left["_id"])


def test_a_training_whose_process_is_killed_begins_anew(
    servers: Stack, root: Documents, trainings: Trainings
) -> None:
    own = asked(root, "quick")
    with trainer(servers) as process:
        in_phase(trainings, own, "features")
        child_of(process).kill()
        training = finished(trainings, own)
        died = process.said("a training's process died")
    assert (training["state"], training["deaths"]) == ("published", 1)
    assert [(line["exit_code"], line["state"]) for line in died] == [(-9, "queued")]


def test_a_training_that_dies_three_times_has_failed(
    servers: Stack, root: Documents, trainings: Trainings
) -> None:
    own = asked(root, "slow")
    with trainer(servers) as process:
        for deaths in range(3):
            in_phase(trainings, own, "head")
            assert known(trainings, own)["deaths"] == deaths
            child_of(process).kill()
            eventually(lambda: known(trainings, own)["deaths"] > deaths)  # noqa: B023
    training = known(trainings, own)
    assert training["state"] == "failed"
    assert "died 3 times" in training["reason"]


@pytest.mark.parametrize("lost", [signal.SIGKILL, signal.SIGSTOP])
def test_the_training_of_a_dead_or_sleeping_scheduler_ends_itself_and_another_takes_it(
    servers: Stack, root: Documents, trainings: Trainings, lost: signal.Signals
) -> None:
    own = asked(root, "slow")
    with trainer(servers, "lost") as process:
        in_phase(trainings, own, "head")
        child = child_of(process)
        process.process.send_signal(lost)
        eventually(lambda: ended(child))
        quick = new_collection(root, "quick")
        root["trainings"].update_one({"_id": own}, {"$set": {"collection": quick}})
        with trainer(servers, "another"):
            training = finished(trainings, own)
        if lost == signal.SIGSTOP:
            process.process.send_signal(signal.SIGCONT)
    assert (training["state"], training["deaths"]) == ("published", 1)
    assert known(trainings, own) == training


def test_a_scheduler_that_is_stopped_puts_its_training_back(
    servers: Stack, root: Documents, trainings: Trainings
) -> None:
    own = asked(root, "deaf")
    with trainer(servers) as process:
        in_phase(trainings, own, "features")
        child = child_of(process)
        process.process.send_signal(signal.SIGTERM)
        assert process.process.wait(timeout=60) == 0
        assert not child.is_running()
    training = known(trainings, own)
    assert (training["state"], training["deaths"]) == ("queued", 0)
    lease = root["leases"].find_one({"_id": "training"})
    assert lease is not None
    assert lease["holder"] is None


@pytest.mark.parametrize(("kind", "seconds"), [("slow", 9), ("deaf", 90)])
def test_a_running_training_is_cancelled_also_when_it_does_not_listen(
    servers: Stack, root: Documents, trainings: Trainings, kind: str, seconds: float
) -> None:
    own = asked(root, kind)
    with trainer(servers) as process:
        in_phase(trainings, own, "features" if kind == "deaf" else "head")
        child = child_of(process)
        assert trainings.cancel(own)
        training = finished(trainings, own, seconds)
        eventually(lambda: not child.is_running())
    assert (training["state"], training["reason"]) == ("cancelled", "It was cancelled.")
    assert not trainings.cancel(own)


def test_a_queued_training_is_cancelled_at_once(root: Documents, trainings: Trainings) -> None:
    own = asked(root, "quick")
    assert trainings.cancel(own)
    training = known(trainings, own)
    assert training["state"] == "cancelled"
    assert training["finished_at"] >= training["asked_at"] - timedelta(seconds=1)
    assert TrainingQueue.of(root).begin("somebody") is None


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("poor", "There are photos of one class only."),
        (
            "damaged",
            "A model in the bucket can't be used: backbone.tflite is missing. "
            "The current model keeps answering.",
        ),
        ("broken", "Something failed on our side"),
    ],
)
def test_a_training_that_cannot_be_done_fails_with_a_sentence(
    servers: Stack, root: Documents, trainings: Trainings, kind: str, reason: str
) -> None:
    own = asked(root, kind)
    with trainer(servers) as process:
        training = finished(trainings, own)
        bugs = [line["traceback"] for line in process.said("a training failed")]
    assert training["state"] == "failed"
    assert reason in training["reason"]
    assert training["labels_until"] == training["started_at"]
    assert ["ZeroDivisionError" in bug for bug in bugs] == ([True] if kind == "broken" else [])


@pytest.mark.parametrize(
    ("kind", "reason"), [("away", "MinIO, writing models/x"), ("full", "disk of the scheduler's")]
)
def test_a_training_that_meets_an_outage_waits_for_its_end(
    servers: Stack, root: Documents, trainings: Trainings, kind: str, reason: str
) -> None:
    own = asked(root, kind)
    with trainer(servers) as process:
        eventually(lambda: "reason" in known(trainings, own))
        training = known(trainings, own)
        assert (training["state"], training["deaths"]) == ("queued", 0)
        assert reason in training["reason"]
        assert training["due"] > datetime.now(UTC) + timedelta(seconds=10)
        other = asked(root, "quick")
        assert finished(trainings, other)["state"] == "published"
        assert len(process.said("a training has to wait")) == 1


def test_labels_are_counted_from_the_last_finished_training(
    root: Documents, documents: Documents, trainings: Trainings
) -> None:
    name = new_collection(root, "quick")
    asking = Asking(documents)
    label_photos(root, name, {"hat": 5, "shoes": 4})
    assert name not in asking.ask_where_due()
    label_photos(root, name, {"shoes": 1})
    assert name in asking.ask_where_due()
    assert name not in asking.ask_where_due()
    finish(root, trainings, name, "published")
    label_photos(root, name, {"hat": 19})
    assert name not in asking.ask_where_due()
    label_photos(root, name, {"hat": 1})
    assert name in asking.ask_where_due()
    finish(root, trainings, name, "failed")
    assert name not in asking.ask_where_due()
    found = Collections.of(root).get(name)
    assert found is not None
    assert asking.verdict(found).reason == "no label is new"


def test_a_training_cancelled_in_the_queue_is_not_asked_for_again(
    root: Documents, documents: Documents, trainings: Trainings
) -> None:
    name = new_collection(root, "quick")
    label_photos(root, name, {"hat": 5, "shoes": 5})
    trainings.cancel(trainings.ask(name, "transfer", "ana"))
    assert name not in Asking(documents).ask_where_due()


def test_a_collection_with_wrong_settings_keeps_no_other_from_learning(
    root: Documents, documents: Documents, trainings: Trainings
) -> None:
    wrong, right = new_collection(root, "aaa"), new_collection(root, "quick")
    root["collections"].update_one({"_id": wrong}, {"$set": {"settings.learning.margin": "much"}})
    for name in (wrong, right):
        label_photos(root, name, {"hat": 5, "shoes": 5})
    due = Asking(documents).ask_where_due()
    assert right in due
    assert wrong not in due
    assert trainings.open_of(right) is not None


def test_retrain_waits_and_says_how_it_ended(
    servers: Stack, root: Documents, trainings: Trainings
) -> None:
    kept, poor = new_collection(root, "kept"), new_collection(root, "poor")
    with trainer(servers):
        result = colecionador(servers, "retrain", kept, "--wait")
        assert result.exit_code == 0
        assert "head, epoch" in result.output
        assert "kept: It is kept." in result.output
        assert "the current model keeps answering" in result.output
        result = colecionador(servers, "retrain", poor, "--wait", "--recipe", "cnn")
    assert result.exit_code == 1
    assert "failed: There are photos of one class only." in result.output
    assert trainings.finished(poor)[0]["recipe"] == "cnn"


def test_retrain_says_that_the_scheduler_is_not_there(
    servers: Stack, root: Documents, trainings: Trainings
) -> None:
    name = new_collection(root, "quick")
    result = colecionador(servers, "retrain", name)
    assert result.exit_code == 0
    assert "The scheduler does not answer" in result.output
    waiting = trainings.open_of(name)
    assert waiting is not None
    began = time.monotonic()
    with pytest.raises(click.ClickException, match="stays in the queue"):
        shown_until_finished(trainings, waiting["_id"], servers, patience=1)
    assert time.monotonic() - began < 25
    result = colecionador(servers, "retrain", name, "--cancel")
    assert "is cancelled" in result.output
    assert colecionador(servers, "retrain", name, "--cancel").exit_code == 1
    assert "no collection" in colecionador(servers, "retrain", "nowhere").output


def test_a_collection_is_told_how_to_learn(servers: Stack, root: Documents) -> None:
    name = new_collection(root, "quick")
    result = colecionador(servers, "collection", "set", name, "classifier=cnn", "retrain_after=50")
    assert result.exit_code == 0
    found = Collections.of(root).get(name)
    assert found is not None
    assert (found["classifier"], found["settings"]) == ("cnn", {"learning": {"retrain_after": 50}})
    for wrong in ("classifier=magic", "retrain_after=0", "retrain_after", "colour=1"):
        assert colecionador(servers, "collection", "set", name, wrong).exit_code == 1
    assert Collections.of(root).get(name) == found
    assert colecionador(servers, "collection", "set", "nowhere", "floor=0.2").exit_code == 1


def label_photos(root: Documents, collection: str, counts: dict[str, int]) -> None:
    """So many more photos of each class, labelled now."""
    for label, count in counts.items():
        root["labels"].update_one(
            {"_id": f"{collection}/{label}"},
            {"$set": {"collection": collection, "label": label}},
            upsert=True,
        )
        root["photos"].insert_many(
            {"_id": str(photo), "collection": collection, "key": f"{collection}/{photo}",
             "state": "ready", "label": label,
             "uploaded_at": datetime.now(UTC), "labelled_at": datetime.now(UTC)}
            for photo in (uuid.uuid4() for _ in range(count))
        )  # fmt: skip


def finish(root: Documents, trainings: Trainings, collection: str, state: str) -> None:
    """The training that was asked for ends so; it learned what was labelled up to now."""
    training = trainings.open_of(collection)
    assert training is not None
    told = {"state": state, "labels_until": datetime.now(UTC), "finished_at": datetime.now(UTC)}
    root["trainings"].update_one({"_id": training["_id"]}, {"$set": told})
