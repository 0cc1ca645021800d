"""Trainings that die or lose a server at each step: no half-made model ever answers."""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from functions.runtime.database import Document
from infra.layout import Stack
from infra.lifecycle import ready, start, stop
from scheduler.learning.dataset import HELD_OUT, TRAIN, VALIDATION
from tests.disk import disk_of
from tests.documents import Documents
from tests.dying import away
from tests.eventually import eventually
from tests.integration.test_models_live import predicted
from tests.trainer import Trainer, trainer
from tests.wardrobe import PATIENCE, Wardrobe, witnessing

pytestmark = pytest.mark.timeout(3 * PATIENCE)

HASTY = "tests.hasty_training"
SIDES = (TRAIN, VALIDATION, HELD_OUT, HELD_OUT, HELD_OUT)


@pytest.fixture(scope="module")
def alone(stack: Stack) -> Iterator[Stack]:
    """The stack without its scheduler: the tests' own begins the trainings."""
    with away(stack, "scheduler"):
        yield stack


@pytest.fixture(scope="module")
def wardrobe(alone: Stack, mongo_root: Documents) -> Wardrobe:
    """One that has learned hats and pants; each test renames a class."""
    filled = Wardrobe.filled(alone, mongo_root, SIDES)
    own = filled.asked()
    with trainer(alone, training=HASTY):
        training = filled.finished(own)
    assert training["state"] == "published", training["reason"]
    return filled


def check_ended(wardrobe: Wardrobe, before: str | None, training: Document) -> None:
    """Assert that a training has ended with a judgement, and that the pointer fits it."""
    assert training["state"] in ("published", "kept"), training["reason"]
    assert training["reason"]
    assert wardrobe.current == (training["version"] if training["state"] == "published" else before)
    assert wardrobe.current is not None
    wardrobe.models.version(wardrobe.name, wardrobe.current)


def again_now(wardrobe: Wardrobe, own: str) -> None:
    """Do not wait until a training that was put back is due."""
    change = {"$set": {"due": datetime.fromtimestamp(0, UTC)}}
    wardrobe.documents["trainings"].update_one({"_id": own, "state": "queued"}, change)


def child_in(wardrobe: Wardrobe, process: Trainer, own: str, phase: str) -> psutil.Process:
    """The training's process, in this phase."""
    eventually(lambda: wardrobe.training(own).get("phase") == phase, timeout=PATIENCE)
    return eventually(process.child)


def test_killed_among_the_features_and_among_the_files_it_begins_anew_and_nothing_is_half_made(
    wardrobe: Wardrobe,
) -> None:
    before, mine = wardrobe.current, {"collection": wardrobe.name}
    features = wardrobe.documents["variant_features"]
    features.delete_many(mine)
    wardrobe.rename("hat", "cap")
    own = wardrobe.asked()
    with (
        witnessing(wardrobe) as witness,
        trainer(wardrobe.stack, training=HASTY, FATAL="features files") as process,
    ):
        eventually(lambda: wardrobe.training(own)["deaths"] == 1, timeout=PATIENCE)
        kept = features.update_many(mine, {"$set": {"kept": True}}).modified_count
        training = wardrobe.finished(own)
        exits = [line["exit_code"] for line in process.said("a training's process died")]
    assert exits == [-signal.SIGKILL] * 2
    assert kept >= 1
    # Those of held-out photos are never computed.
    assert features.count_documents(mine) == 4
    assert features.count_documents({**mine, "kept": True}) == kept
    (half_made,) = wardrobe.half_made()
    assert len(wardrobe.versions()[half_made]) == 3
    assert half_made not in witness.pointed | witness.answered
    assert witness.pointed <= {before, training["version"]}
    assert witness.answered <= {before, training["version"]}
    assert training["deaths"] == 2
    check_ended(wardrobe, before, training)


def test_killed_while_it_learns_and_before_the_pointer_it_begins_anew_and_ends(
    wardrobe: Wardrobe,
) -> None:
    before, there = wardrobe.current, set(wardrobe.versions())
    wardrobe.rename("pants", "trousers")
    own = wardrobe.asked()
    with (
        witnessing(wardrobe) as witness,
        trainer(wardrobe.stack, training=HASTY, FATAL="training swapping"),
    ):
        eventually(lambda: wardrobe.training(own)["deaths"] == 2, timeout=2 * PATIENCE)
        # The dead one's lease, which would run out within a minute.
        lease = {"_id": f"models/{wardrobe.name}"}
        ran_out = {"$set": {"until": datetime.fromtimestamp(0, UTC)}}
        wardrobe.documents["leases"].update_one(lease, ran_out)
        training = wardrobe.finished(own)
    assert training["deaths"] == 2
    *others, last = sorted(set(wardrobe.versions()) - there)
    assert others
    assert last == training["version"]
    for other in others:
        # Whole as it is, it never became current; retention takes it away with the old ones.
        wardrobe.models.version(wardrobe.name, other)
        assert other not in witness.pointed | witness.answered
    check_ended(wardrobe, before, training)


def test_without_storage_to_publish_into_the_training_waits_and_the_old_model_answers(
    wardrobe: Wardrobe,
) -> None:
    before = wardrobe.current
    wardrobe.rename("trousers", "pants")
    own = wardrobe.asked()
    with trainer(wardrobe.stack, training=HASTY) as process:
        child = child_in(wardrobe, process, own, "publishing")
        child.send_signal(signal.SIGSTOP)
        stop(wardrobe.stack, "minio")
        try:
            child.send_signal(signal.SIGCONT)
            eventually(lambda: wardrobe.training(own)["state"] == "queued", timeout=60)
            waiting = wardrobe.training(own)
            assert predicted(wardrobe.stack, wardrobe.name)["model"] == before
        finally:
            start(wardrobe.stack, "minio")
            ready(wardrobe.stack, "minio")
        again_now(wardrobe, own)
        training = wardrobe.finished(own)
    assert waiting["reason"].startswith("It has to wait and is tried again: MinIO")
    assert training["deaths"] == 0
    check_ended(wardrobe, before, training)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with hardly any room."""
    with disk_of("256k", tmp_path) as disk:
        yield disk


def test_on_a_full_disk_the_training_waits_and_says_so(wardrobe: Wardrobe, tiny_disk: Path) -> None:
    before = wardrobe.current
    mine = {"collection": wardrobe.name, "label": {"$ne": None}}
    said = wardrobe.documents["photos"].find_one(mine) or {}
    wardrobe.rename(said["label"], "bonnet")
    own = wardrobe.asked()
    with trainer(wardrobe.stack, training=HASTY, TMPDIR=str(tiny_disk)):
        eventually(lambda: wardrobe.training(own).get("reason"), timeout=PATIENCE)
        waiting = wardrobe.training(own)
    assert (waiting["state"], waiting["reason"]) == (
        "queued",
        "It has to wait and is tried again: the disk of the scheduler's machine is full.",
    )
    assert wardrobe.current == before
    again_now(wardrobe, own)
    with trainer(wardrobe.stack, training=HASTY):
        training = wardrobe.finished(own)
    check_ended(wardrobe, before, training)
