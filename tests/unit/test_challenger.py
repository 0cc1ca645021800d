"""A challenger as the version that is published: what its files tell of how it came about."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from scheduler.learning.challenger import Challenger, Limits
from scheduler.learning.dataset import HELD_OUT, NO_SIDE, TRAIN, VALIDATION
from scheduler.learning.judging import gate
from scheduler.learning.judging.contest import Answers, Contest, contest, learned_rows
from scheduler.learning.judging.gate import Decision
from scheduler.learning.recipe import Progress
from scheduler.version_folder import is_whole
from tests.unit.test_cross_validation import NearestMean, a_dataset

MADE_AT = datetime(2026, 11, 21, 14, 5, 1, tzinfo=UTC)
SIDES = [TRAIN, TRAIN, TRAIN, VALIDATION, HELD_OUT, NO_SIDE] * 8


def quiet(_: Progress) -> None:
    """A watch that nobody reads."""


@pytest.fixture(scope="module")
def challenger() -> Challenger:
    dataset = a_dataset(["hat"] * 24 + ["shoes"] * 24, sides=SIDES)
    recipe = NearestMean(name="mean")
    fitted = recipe.fit(dataset, *learned_rows(dataset, recipe), quiet)
    found = contest(dataset, recipe, fitted, None, quiet)
    return Challenger(
        dataset=dataset,
        recipe=recipe,
        fitted=fitted,
        contest=found,
        limits=Limits.chosen(0.9, found.own),
        decision=Decision(True, "It is better.", {"accuracy": 1.0}),
        parent="nearest-20261120-000000-00000000",
        precision=0.9,
        made_at=MADE_AT,
        seconds=1.5,
    )


def test_its_name_tells_recipe_time_and_data_set(challenger: Challenger) -> None:
    assert challenger.version == f"mean-20261121-140501-{challenger.dataset.digest()[:8]}"


def test_its_folder_is_whole_and_says_where_it_comes_from(
    challenger: Challenger, tmp_path: Path
) -> None:
    folder = challenger.folder()
    assert is_whole(folder.write(tmp_path))
    assert (folder.collection, folder.kind, folder.backbone) == ("wardrobe", "head", "b1")
    assert folder.about == {"recipe": "mean", "parent": challenger.parent}
    assert folder.threshold == challenger.limits.threshold
    assert folder.farthest == challenger.limits.farthest
    assert folder.files.keys() >= {"labels.json", "data.json", "report.json", "report.html"}
    assert json.loads(folder.files["labels.json"]) == ["hat", "shoes"]


def test_its_data_names_the_photos_it_learned_and_no_held_out_one(challenger: Challenger) -> None:
    told = json.loads(challenger.folder().files["data.json"])
    dataset = challenger.dataset
    assert told["digest"] == dataset.digest()
    assert told["variants"] == []
    assert told["sides"] == dict(zip(dataset.photos, SIDES, strict=True))
    learned = {dataset.photos[row] for row in range(48) if SIDES[row] in (TRAIN, VALIDATION)}
    assert told["photos"].keys() == learned
    assert set(told["photos"].values()) == {"hat", "shoes"}


def test_its_report_tells_the_counts_the_judgement_and_the_decision(
    challenger: Challenger,
) -> None:
    story = challenger.story()
    stored = json.loads(challenger.folder().files["report.json"])
    assert stored["reason"] == story.reason
    assert story.counts[TRAIN] == {"hat": 12, "shoes": 12}
    assert story.counts[NO_SIDE] == {"hat": 4, "shoes": 4}
    assert story.judged.photos == 40
    assert story.cross_validated
    assert (story.became_current, story.reason) == (True, "It is better.")
    assert story.named is not None
    assert story.named.photos == 40


def test_the_first_one_has_no_parent(challenger: Challenger) -> None:
    assert replace(challenger, parent=None).folder().about["parent"] == ""


def test_judged_on_held_out_photos_its_limits_come_from_other_photos(
    challenger: Challenger,
) -> None:
    judged = challenger.contest.judged
    own = Answers(
        photos=judged.photos,
        truth=judged.truth,
        probabilities=judged.probabilities,
        distances=np.full(len(judged.photos), 7, np.float32),
    )
    limits = Limits.chosen(0.9, own)
    assert limits.farthest is not None
    assert limits.farthest > 7
    held_out = replace(challenger, contest=Contest(gate.HELD_OUT, judged, own, None), limits=limits)
    assert not held_out.story().cross_validated
    assert held_out.folder().farthest == limits.farthest
