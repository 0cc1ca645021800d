"""A whole stack learns by itself: from empty to published, and on after its scheduler's death."""

import psutil
import pytest

from infra.layout import Stack
from tests.documents import Documents
from tests.dying import members
from tests.eventually import eventually
from tests.integration.operating import colecionador
from tests.integration.test_models_live import predicted
from tests.wardrobe import PATIENCE, Wardrobe

pytestmark = pytest.mark.timeout(3 * PATIENCE)


@pytest.fixture(scope="module")
def wardrobe(stack: Stack, mongo_root: Documents) -> Wardrobe:
    """Five hats and five pants, and nothing learned yet."""
    return Wardrobe.filled(stack, mongo_root)


def child_in(wardrobe: Wardrobe, own: str, phases: set[str]) -> psutil.Process:
    """The process of a training, once it is in one of these phases."""
    eventually(lambda: wardrobe.training(own).get("phase") in phases, timeout=PATIENCE)
    return next(
        process
        for process in members(wardrobe.stack, "scheduler")
        if "scheduler.learning.queue.child" in process.cmdline()
    )


def test_five_and_five_photos_are_learned_and_published_though_the_scheduler_dies_meanwhile(
    wardrobe: Wardrobe,
) -> None:
    own = wardrobe.asked()
    child = child_in(wardrobe, own, {"features", "training", "cross-validation"})
    scheduler, *_ = members(wardrobe.stack, "scheduler")
    scheduler.kill()
    eventually(lambda: not child.is_running(), says="the training's process ends itself")
    training = wardrobe.finished(own)
    assert training["deaths"] == 1
    assert training["state"] == "published", training["reason"]
    assert training["reason"].startswith("The new model may answer: ")
    assert wardrobe.current == training["version"]
    eventually(lambda: wardrobe.photos_models() == {training["version"]}, timeout=60)
    eventually(lambda: predicted(wardrobe.stack, wardrobe.name)["model"] == training["version"])


def test_with_nothing_new_the_next_training_is_kept_and_says_so(wardrobe: Wardrobe) -> None:
    before = wardrobe.current
    result = colecionador(wardrobe.stack, "retrain", wardrobe.name, "--wait")
    assert result.exit_code == 0
    assert f"kept: Nothing is new since {before}: the same photos" in result.output
    assert wardrobe.current == before


def test_a_training_is_cancelled_in_the_middle(wardrobe: Wardrobe) -> None:
    before, there = wardrobe.current, set(wardrobe.versions())
    wardrobe.rename("hat", "cap")
    own = wardrobe.asked()
    child = child_in(wardrobe, own, {"features", "training", "cross-validation"})
    result = colecionador(wardrobe.stack, "retrain", wardrobe.name, "--cancel")
    assert result.exit_code == 0, result.output
    training = wardrobe.finished(own, timeout=90)
    assert (training["state"], training["reason"]) == ("cancelled", "It was cancelled.")
    eventually(lambda: not child.is_running())
    assert (wardrobe.current, set(wardrobe.versions())) == (before, there)
