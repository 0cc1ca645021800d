"""Labels over HTTP: of one photo, of a finding, of many at once, and new names for them."""

from typing import Any

import pytest
import uuid6

from infra.layout import Stack
from tests.by_hand import ETAG, expected, record, stored
from tests.documents import Documents
from tests.handed import collection_of
from tests.person import Person, problem_of


@pytest.fixture(scope="module")
def ana(api: Stack, api_root: Documents) -> Person:
    """One for all tests here: an account takes as long to make as its password to hash."""
    return Person.new(api, api_root)


@pytest.fixture
def shells(ana: Person, api_root: Documents) -> str:
    """Ana's collection, empty."""
    return collection_of(ana, api_root)


@pytest.fixture
def photo(api_root: Documents, shells: str) -> str:
    """A photo without a label."""
    return stored(api_root, record(shells))[0]


def labelled(person: Person, photo: str, label: str | None) -> Any:
    """The photo once somebody has said what it shows."""
    answer = person.put(f"/photos/{photo}/label", {"label": label})
    assert answer.status_code == 200, answer.text
    return answer.json()


def labels(root: Documents, collection: str) -> list[str | None]:
    """The labels of a collection's photos, in their order."""
    return [one.get("label") for one in root["photos"].find({"collection": collection}).sort("_id")]


def test_a_label_is_kept_as_it_was_first_spelled_with_who_and_when(
    ana: Person, api_root: Documents, shells: str, photo: str
) -> None:
    [other] = stored(api_root, record(shells))
    told = labelled(ana, photo, "  Tiger   cowrie ")
    assert (told["id"], told["label"]) == (photo, "Tiger cowrie")
    assert labelled(ana, other, "TIGER COWRIE")["label"] == "Tiger cowrie"
    kept = api_root["photos"].find_one({"_id": photo}) or {}
    [said] = kept["label_history"]
    assert (said["label"], said["by"], said["etag"]) == ("Tiger cowrie", ana.name, ETAG)
    noted = api_root["audit"].find_one({"photo": photo}) or {}
    assert (noted["by"], noted["action"], noted["collection"]) == (ana.name, "photo.label", shells)


def test_null_takes_a_label_away(ana: Person, photo: str) -> None:
    labelled(ana, photo, "Cone")
    assert labelled(ana, photo, None)["label"] is None
    assert ana.get(f"/photos/{photo}").json()["label"] is None


def test_the_one_finding_of_a_whole_photo_has_the_photos_label(ana: Person, photo: str) -> None:
    answer = ana.put(f"/photos/{photo}/findings/whole/label", {"label": "Cone"})
    assert answer.status_code == 200
    assert answer.json()["label"] == answer.json()["findings"][0]["label"] == "Cone"
    elsewhere = ana.put(f"/photos/{photo}/findings/another/label", {"label": "Cone"})
    assert problem_of(elsewhere) == (404, "not-found")


@pytest.mark.parametrize(
    ("given", "code", "pointer"),
    [
        ({"label": "Unknown"}, "wrong-field", "/label"),
        ({"label": "x" * 65}, "wrong-field", "/label"),
        ({"label": "\u200b "}, "wrong-field", "/label"),
        ({"label": "a\u0000b"}, "wrong-field", "/label"),
        ({"label": 7}, "wrong-field", "/label"),
        ({"label": "\ud800"}, "wrong-field", "/label"),
        ({}, "wrong-field", ""),
        ({"label": "Cone", "ignored": True}, "wrong-field", ""),
        ({"ignored": True}, "cannot-be-ignored", "/ignored"),
        ({"label": "Cone", "colour": "red"}, "wrong-field", "/colour"),
    ],
)
def test_what_can_be_no_label_is_refused_with_the_reason(
    ana: Person, photo: str, given: dict[str, object], code: str, pointer: str
) -> None:
    answer = ana.put(f"/photos/{photo}/label", given)
    assert problem_of(answer) == (422, code)
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert ana.get(f"/photos/{photo}").json()["label"] is None


def test_a_photo_that_has_not_come_can_have_no_label(
    ana: Person, api_root: Documents, shells: str
) -> None:
    [awaited] = stored(api_root, expected(shells))
    answer = ana.put(f"/photos/{awaited}/label", {"label": "Cone"})
    assert problem_of(answer) == (409, "cannot-label")


def test_many_are_labelled_at_once_with_one_answer_each(
    ana: Person, api_root: Documents, shells: str, photo: str
) -> None:
    [second] = stored(api_root, record(shells, label="Conch"))
    [awaited] = stored(api_root, expected(shells))
    [elsewhere] = stored(api_root, record(collection_of(ana, api_root)))
    given = {photo: "cone", second: None, awaited: "Cone", elsewhere: "Cone", "x": "Cone"}
    answer = ana.post(
        f"/collections/{shells}/labels",
        {"labels": [{"photo": one, "label": label} for one, label in given.items()]},
    )
    assert answer.status_code == 200
    told = [
        (item["photo"], item["label"], (item["problem"] or {}).get("code"))
        for item in answer.json()["items"]
    ]
    assert told == [
        (photo, "cone", None),
        (second, None, None),
        (awaited, None, "cannot-label"),
        (elsewhere, None, "not-found"),
        ("x", None, "not-found"),
    ]
    assert labels(api_root, shells) == ["cone", None, None]


def test_one_wrong_label_among_many_stops_no_other(
    ana: Person, api_root: Documents, shells: str, photo: str
) -> None:
    given = [{"photo": photo, "label": "unknown"}, {"photo": photo, "label": "Cone"}]
    items = ana.post(f"/collections/{shells}/labels", {"labels": given}).json()["items"]
    assert [(item["problem"] or {}).get("code") for item in items] == ["wrong-field", None]
    assert labels(api_root, shells) == ["Cone"]


def test_a_label_is_renamed_on_all_photos_and_two_become_one(
    ana: Person, api_root: Documents, shells: str
) -> None:
    photos = stored(api_root, *(record(shells) for _ in range(3)))
    for photo, label in zip(photos, ("A/B cone", "Cone", "Conch"), strict=True):
        labelled(ana, photo, label)
    renamed = ana.patch(f"/collections/{shells}/labels/A%2FB cone", {"label": "cone"})
    assert renamed.status_code == 200, renamed.text
    assert renamed.json() == {"label": "Cone", "photos": 1}
    assert labels(api_root, shells) == ["Cone", "Cone", "Conch"]
    respelled = ana.patch(f"/collections/{shells}/labels/cone", {"label": "CONE"})
    assert respelled.json() == {"label": "CONE", "photos": 2}
    noted = api_root["audit"].find_one({"collection": shells, "action": "label.rename"}) or {}
    assert (noted["label"], noted["to"], noted["photos"]) == ("A/B cone", "Cone", 1)


def test_a_label_that_no_photo_ever_had_cannot_be_renamed(ana: Person, shells: str) -> None:
    never = ana.patch(f"/collections/{shells}/labels/Cone", {"label": "Conch"})
    assert problem_of(never) == (404, "not-found")
    wrong = ana.patch(f"/collections/{shells}/labels/Cone", {"label": "unknown"})
    assert problem_of(wrong) == (422, "wrong-field")
    nowhere = ana.patch(f"/collections/{uuid6.uuid7()}/labels/Cone", {"label": "Conch"})
    assert problem_of(nowhere) == (404, "not-found")
