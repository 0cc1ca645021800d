"""Trainings over HTTP, with their documents made by hand: no scheduler carries them out."""

from datetime import UTC, datetime

import pytest

from functions.learning.trainings import Trainings
from functions.runtime.collections import Collections
from tests.documents import Documents
from tests.person import Person, problem_of


@pytest.fixture
def wardrobe(ana: Person, ben: Person, api_root: Documents) -> str:
    """A collection of Ana's that Ben may look at."""
    made = Collections.of(api_root).add("Wardrobe", ana.name)
    joined = {"$set": {f"members.{ben.name}": "viewer"}}
    api_root["collections"].update_one({"_id": made["_id"]}, joined)
    return str(made["_id"])


def asked(person: Person, collection: str) -> str:
    answer = person.post(f"/collections/{collection}/retrain")
    assert answer.status_code == 202
    return str(answer.json()["training"])


def test_who_asks_while_a_training_waits_is_told_of_that_one(
    ana: Person, ben: Person, wardrobe: str, api_root: Documents
) -> None:
    training = asked(ana, wardrobe)
    assert asked(ana, wardrobe) == training
    told = ben.get(f"/trainings/{training}").json()
    assert (told["id"], told["collection"], told["asked_by"]) == (training, wardrobe, ana.name)
    assert (told["state"], told["recipe"], told["progress"]) == ("queued", "transfer", 0.0)
    assert told["finished_at"] is told["version"] is told["phase"] is None
    lines = list(api_root["audit"].find({"action": "training.ask", "by": ana.name}))
    assert {(line["collection"], line["training"]) for line in lines} == {(wardrobe, training)}


def test_a_running_training_tells_how_far_it_is_and_ends_at_its_next_step(
    ana: Person, wardrobe: str, api_root: Documents
) -> None:
    training = asked(ana, wardrobe)
    running = {
        "state": "running", "phase": "head", "progress": 0.25, "epoch": 10, "epochs": 40,
        "metrics": {"accuracy": 0.5, "loss": float("nan")}, "estimate_seconds": 12.5,
        "started_at": datetime.now(UTC),
    }  # fmt: skip
    api_root["trainings"].update_one({"_id": training}, {"$set": running})
    told = ana.get(f"/trainings/{training}").json()
    assert (told["phase"], told["progress"], told["epoch"], told["epochs"]) == (
        "head",
        0.25,
        10,
        40,
    )
    assert told["metrics"] == {"accuracy": 0.5, "loss": None}
    assert told["estimate_seconds"] == 12.5
    assert not told["cancelling"]
    answer = ana.delete(f"/trainings/{training}")
    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["cancelling"]) == ("running", True)


def test_a_queued_training_is_cancelled_at_once_and_cancelling_may_be_repeated(
    ana: Person, wardrobe: str, api_root: Documents
) -> None:
    training = asked(ana, wardrobe)
    for _ in range(2):
        answer = ana.delete(f"/trainings/{training}")
        assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    assert api_root["audit"].count_documents({"training": training}) == 2
    assert asked(ana, wardrobe) != training


def test_a_training_that_is_over_cannot_be_cancelled(
    ana: Person, wardrobe: str, api_root: Documents
) -> None:
    training = asked(ana, wardrobe)
    over = {"state": "published", "version": "transfer-1", "reason": "It may answer."}
    api_root["trainings"].update_one({"_id": training}, {"$set": over})
    told = ana.get(f"/trainings/{training}").json()
    assert {name: told[name] for name in over} == over
    assert problem_of(ana.delete(f"/trainings/{training}")) == (409, "training-finished")
    assert (Trainings.of(api_root).get(training) or {})["state"] == "published"


def test_a_viewer_only_looks_and_a_stranger_sees_no_training(
    ana: Person, ben: Person, operator_person: Person, wardrobe: str
) -> None:
    training = asked(ana, wardrobe)
    assert problem_of(ben.post(f"/collections/{wardrobe}/retrain")) == (403, "forbidden")
    assert problem_of(ben.delete(f"/trainings/{training}")) == (403, "forbidden")
    for path in (f"/trainings/{training}", "/trainings/no-such"):
        assert problem_of(operator_person.get(path)) == (404, "not-found")
        assert problem_of(operator_person.delete(path)) == (404, "not-found")


def test_a_collection_of_faces_cannot_train(
    ana: Person, wardrobe: str, api_root: Documents
) -> None:
    faces = {"$set": {"recognizer": "faces"}}
    api_root["collections"].update_one({"_id": wardrobe}, faces)
    assert problem_of(ana.post(f"/collections/{wardrobe}/retrain")) == (409, "cannot-train")
    assert Trainings.of(api_root).open_of(wardrobe) is None
