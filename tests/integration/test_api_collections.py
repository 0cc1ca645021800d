"""Collections over HTTP: made, listed, set and counted by their members."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import uuid6

from functions.api.accounts.tokens import Tokens
from functions.api.caller import Role, Scope
from infra.layout import Stack
from tests.documents import Documents
from tests.person import Person, problem_of


def made(person: Person, **wanted: Any) -> dict[str, Any]:
    """A collection that somebody makes."""
    answer = person.post("/collections", {"name": "Stones", **wanted})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def join(root: Documents, collection: str, person: Person, role: str) -> None:
    """Make somebody a member."""
    own = {"_id": collection}
    root["collections"].update_one(own, {"$set": {f"members.{person.name}": role}})


def photos(root: Documents, collection: str, *kinds: tuple[str, str | None, int]) -> None:
    """Photos made by hand: state, label and how many."""
    now = datetime.now(UTC)
    root["photos"].insert_many(
        {
            "_id": str(uuid6.uuid7()),
            "collection": collection,
            "state": state,
            "uploaded_at": now,
            **({"label": label, "labelled_at": now} if label else {}),
        }
        for state, label, count in kinds
        for _ in range(count)
    )


def ended(root: Documents, collection: str, state: str, at: datetime) -> str:
    """A training that ended so at that time."""
    own = str(uuid6.uuid7())
    times = {"asked_at": at, "finished_at": at, "labels_until": at}
    told = {"state": state, "reason": "It had to.", "version": None}
    root["trainings"].insert_one({"_id": own, "collection": collection, **times, **told})
    return own


def test_whoever_makes_a_collection_owns_it(ana: Person) -> None:
    told = made(ana, name="  Minas   Gerais ", recognizer="whole", classifier="cnn")
    assert told["name"] == "Minas Gerais"
    assert told["id"].startswith("minas-gerais")
    assert told["members"] == {ana.name: "owner"}
    assert (told["recognizer"], told["classifier"]) == ("whole", "cnn")
    usual = {"precision": 0.8, "margin": 0.01, "floor": 0.1, "keep_versions": 5}
    assert told["settings"] == {"learning": {"retrain_after": 20, **usual}}
    assert told["labels"] == []
    assert told["counts"] == dict.fromkeys(told["counts"], 0)
    assert told["learning"]["next"] == (
        "The first training begins when two labels have 5 photos each: two labels are needed."
    )
    assert (told["learning"]["needed"], told["learning"]["last_training"]) == (10, None)
    assert told["deletion"] is None
    assert ana.get(f"/collections/{told['id']}").json() == told


def test_a_request_that_is_repeated_makes_one_collection(ana: Person, ben: Person) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    name = f"Shells {uuid.uuid4().hex[:8]}"
    ids = [
        person.post("/collections", {"name": name}, headers=key).json()["id"]
        for person in (ana, ana, ben, ben)
    ]
    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert made(ana, name=name)["id"] not in ids


def test_a_collection_is_listed_for_its_members_newest_first_page_by_page(
    ana: Person, ben: Person, api_root: Documents
) -> None:
    ids = [made(ana, name=f"Number {number}")["id"] for number in range(3)]
    own = made(ben)["id"]
    join(api_root, own, ana, "viewer")
    first = ana.get("/collections?limit=3").json()
    second = ana.get(f"/collections?limit=3&cursor={first['next']}").json()
    assert [one["id"] for one in first["items"] + second["items"]] == [own, *reversed(ids)]
    assert second["next"] is None
    assert [one["id"] for one in ben.get("/collections").json()["items"]] == [own]
    assert problem_of(ana.get("/collections?cursor=nonsense")) == (422, "wrong-field")
    assert problem_of(ben.get(f"/collections/{ids[0]}")) == (404, "not-found")


def test_owners_change_name_classifier_and_settings_and_nobody_else_does(
    ana: Person, ben: Person, api_root: Documents
) -> None:
    own = made(ana, settings={"learning": {"floor": 0.2}})["id"]
    api_root["collections"].update_one(
        {"_id": own}, {"$set": {"settings.learning.cnn": {"filters": 64}}}
    )
    wanted = {"name": "Gems", "classifier": "cnn", "settings": {"learning": {"retrain_after": 50}}}
    told = ana.patch(f"/collections/{own}", wanted).json()
    assert (told["name"], told["classifier"]) == ("Gems", "cnn")
    learning = told["settings"]["learning"]
    assert (learning["floor"], learning["retrain_after"], learning["margin"]) == (0.2, 50, 0.01)
    stored = api_root["collections"].find_one({"_id": own}) or {}
    assert stored["settings"]["learning"]["cnn"] == {"filters": 64}
    noted = api_root["audit"].find_one({"collection": own, "action": "collection.change"})
    assert noted is not None
    assert noted["by"] == ana.name
    assert ana.patch(f"/collections/{own}", {}).json()["name"] == "Gems"
    join(api_root, own, ben, "editor")
    assert problem_of(ben.patch(f"/collections/{own}", {"name": "Mine"})) == (403, "forbidden")


CANNOT_BE: list[tuple[dict[str, Any], str]] = [
    ({"name": " "}, "/name"),
    ({"name": "a\x00b"}, "/name"),
    ({"recognizer": "eyes"}, "/recognizer"),
    ({"classifier": "forest"}, "/classifier"),
    ({"colour": "red"}, "/colour"),
    ({"settings": {"learning": {"floor": 2}}}, "/settings/learning/floor"),
    ({"settings": {"learning": {"floor": "much"}}}, "/settings/learning/floor"),
    ({"settings": {"learning": {"retrain_after": True}}}, "/settings/learning/retrain_after"),
    ({"settings": {"learning": {"cnn": {}}}}, "/settings/learning/cnn"),
    ({"settings": {"learning": 5}}, "/settings/learning"),
    ({"settings": {"$where": 1}}, "/settings/$where"),
    ({"settings": {"detector": "mtcnn"}}, "/settings/detector"),
    ({"recognizer": "faces", "settings": {"detector": "haar"}}, "/settings/detector"),
    ({"recognizer": "digits", "settings": {"blur": 4}}, "/settings/blur"),
    ({"recognizer": "digits", "settings": {"canny_low": 200}}, "/settings"),
]


def test_what_cannot_be_is_refused_by_its_pointer(ana: Person) -> None:
    for wanted, pointer in CANNOT_BE:
        answer = ana.post("/collections", {"name": "Stones", **wanted})
        assert problem_of(answer) == (422, "wrong-field")
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


def test_each_recognizer_has_settings_of_its_own(ana: Person) -> None:
    faces = made(ana, recognizer="faces", settings={"detector": "mtcnn"})
    assert faces["settings"] == {"detector": "mtcnn", "threshold": 0.363}
    digits = made(ana, recognizer="digits", settings={"blur": 7, "canny_low": 20})
    assert (digits["settings"]["blur"], digits["settings"]["canny_high"]) == (7, 150)
    answer = ana.patch(f"/collections/{digits['id']}", {"recognizer": "whole"})
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/recognizer"]


def test_settings_that_somebody_has_broken_are_told_as_usual_and_said(
    ana: Person, api_root: Documents
) -> None:
    own = made(ana)["id"]
    broken = {"settings.learning.margin": "much"}
    api_root["collections"].update_one({"_id": own}, {"$set": broken})
    told = ana.get(f"/collections/{own}").json()
    assert told["settings"]["learning"]["margin"] == 0.01
    assert "margin is a number" in told["learning"]["next"]
    mended = ana.patch(f"/collections/{own}", {"settings": {"learning": {"margin": 0.02}}}).json()
    assert mended["settings"]["learning"]["margin"] == 0.02


def test_photos_are_counted_by_state_and_label(ana: Person, api_root: Documents) -> None:
    own = made(ana)["id"]
    photos(
        api_root,
        own,
        ("ready", "hat", 4),
        ("received", "hat", 1),
        ("ready", "shoes", 2),
        ("ready", None, 3),
        ("rejected", None, 2),
        ("failed", None, 1),
        ("expected", None, 5),
        ("removed", None, 5),
    )
    told = ana.get(f"/collections/{own}").json()
    by_state = {"received": 1, "ready": 9, "rejected": 2, "failed": 1}
    assert told["counts"] == {"total": 13, **by_state, "labelled": 7}
    assert told["labels"] == ["hat", "shoes"]
    assert told["learning"]["classes"] == [
        {"label": "hat", "photos": 5, "needed": 0},
        {"label": "shoes", "photos": 2, "needed": 3},
    ]
    assert (told["learning"]["labels"], told["learning"]["needed"]) == (7, 3)
    assert told["learning"]["next"].endswith("have 5 photos each: 'shoes' needs 3 more.")


def test_learning_tells_what_happens_next(ana: Person, api_root: Documents) -> None:
    own = made(ana)["id"]
    path, now = f"/collections/{own}", datetime.now(UTC)
    photos(api_root, own, ("ready", "hat", 5), ("ready", "shoes", 5), ("ready", "belt", 1))
    told = ana.get(path).json()["learning"]
    assert told["next"] == "A training begins within a minute."
    assert told["classes"][0] == {"label": "belt", "photos": 1, "needed": 1}
    training = ended(api_root, own, "failed", now + timedelta(seconds=1))
    told = ana.get(path).json()["learning"]
    assert (told["labels"], told["needed"]) == (0, 1)
    assert told["next"] == "The next training begins after one more new or corrected label."
    assert told["last_training"]["id"] == training
    assert told["last_training"]["reason"] == "It had to."
    ended(api_root, own, "published", now - timedelta(seconds=60))
    told = ana.get(path).json()["learning"]
    assert told["next"] == "The next training begins after 20 more new or corrected labels."
    running = {"_id": str(uuid6.uuid7()), "collection": own, "state": "running", "asked_at": now}
    api_root["trainings"].insert_one(running)
    assert ana.get(path).json()["learning"]["next"] == "A training is running."
    api_root["trainings"].delete_one({"_id": running["_id"]})


def test_a_named_token_makes_no_collection_and_sees_its_own_alone(
    api: Stack, ana: Person, api_root: Documents
) -> None:
    own, other = made(ana)["id"], made(ana)["id"]
    keys = dict([api.secrets["TOKEN_KEYS"].split(":", 1)])
    scope = Scope("camera", own, Role.EDITOR)
    expires = datetime.now(UTC) + timedelta(hours=1)
    issued, _ = Tokens.of(api_root, keys).issue_named(ana.name, expires, scope)
    camera = Person.with_token(api, ana.name, issued.token)
    assert problem_of(camera.post("/collections", {"name": "Mine"})) == (403, "forbidden")
    assert [one["id"] for one in camera.get("/collections").json()["items"]] == [own]
    assert problem_of(camera.get(f"/collections/{other}")) == (404, "not-found")
    assert problem_of(camera.delete(f"/collections/{own}")) == (403, "forbidden")
    assert ana.delete(f"/collections/{own}").status_code == 202
    assert problem_of(camera.get("/collections")) == (401, "not-signed-in")


def test_a_collection_that_is_being_deleted_is_told_and_takes_no_writes(
    ana: Person, ben: Person, api_root: Documents
) -> None:
    own = made(ana)["id"]
    join(api_root, own, ben, "editor")
    photos(api_root, own, ("ready", "hat", 2), ("expected", None, 1))
    assert problem_of(ben.delete(f"/collections/{own}")) == (403, "forbidden")
    told = ana.delete(f"/collections/{own}")
    assert told.status_code == 202
    deletion = told.json()["deletion"]
    assert (deletion["by"], deletion["photos"], deletion["left"]) == (ana.name, 2, 2)
    assert told.json()["learning"]["next"] == "The collection is being deleted."
    assert ana.delete(f"/collections/{own}").json()["deletion"] == deletion
    assert ben.get(f"/collections/{own}").json()["deletion"] == deletion
    wanted = {"name": "Gems"}
    assert problem_of(ana.patch(f"/collections/{own}", wanted)) == (409, "collection-deleting")
    actions = [line["action"] for line in api_root["audit"].find({"collection": own})]
    assert actions == ["collection.add", "collection.delete"]
