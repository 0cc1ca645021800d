"""Which versions stay and which may go."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from functions.learning.versions import versions_in
from functions.runtime.storage import ObjectStat
from scheduler.retention import superfluous
from tests.unit.bucket import WHEN, MemoryBucket

NAMES = [f"transfer-20260101-00000{n}-0000000{n}" for n in range(8)]
NEAREST = [f"nearest-20260101-00000{n}-0000000{n}" for n in range(4)]
LATER = WHEN + timedelta(hours=1)


def stat(name: str, file: str = "manifest.json", minute: int = 0) -> ObjectStat:
    """One file of a version."""
    made = WHEN + timedelta(minutes=minute)
    return ObjectStat("models", f"c/{name}/{file}", "", 1, made, {})


def made(names: Sequence[str]) -> dict[str, list[ObjectStat]]:
    """Versions, each a minute after the one before."""
    return {name: [stat(name, minute=minute)] for minute, name in enumerate(names)}


def test_the_newest_learned_versions_stay() -> None:
    assert set(superfluous(made(NAMES), 5, set(), LATER)) == set(NAMES[:3])


def test_the_last_two_nearest_versions_stay_and_take_no_place_of_learned_ones() -> None:
    assert set(superfluous(made([*NEAREST, *NAMES]), 8, set(), LATER)) == set(NEAREST[:2])


@pytest.mark.parametrize("named", [NAMES[0], NAMES[1]])
def test_current_previous_and_pinned_stay_however_old_they_are(named: str) -> None:
    assert named not in superfluous(made(NAMES), 1, {named, None}, LATER)
    assert len(superfluous(made(NAMES), 1, {named, None}, LATER)) == 6


def test_what_may_be_read_this_moment_stays() -> None:
    assert superfluous(made(NAMES), 5, set(), WHEN + timedelta(minutes=1)) == NAMES[:1]


def test_a_half_made_version_goes_after_a_day() -> None:
    half = {NAMES[0]: [stat(NAMES[0], "model.tflite")]}
    assert superfluous(half, 5, set(), LATER) == []
    assert superfluous(half, 5, set(), WHEN + timedelta(hours=25)) == NAMES[:1]


def test_folders_that_are_no_versions_are_left_alone() -> None:
    bucket = MemoryBucket()
    for key in ("c/current.json", "c/index/ids.json", f"c/{NAMES[0]}/model.tflite", "d/x/y"):
        bucket.write("models", key, b"", "", {})
    assert set(versions_in(bucket, "c")) == {NAMES[0]}
