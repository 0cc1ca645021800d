"""What people say of photos, on a real Mongo: who and when, at once, twice, in other spellings."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from colecionador.operator import operator_of
from functions.runtime.labels import CannotLabel
from infra.layout import Stack
from tests.drawer import Drawer


@pytest.fixture
def drawer(servers: Stack) -> Iterator[Drawer]:
    with operator_of(servers.folder) as operator:
        yield Drawer.new(operator.database)


def test_a_label_is_kept_with_who_when_and_of_which_bytes(drawer: Drawer) -> None:
    photo = drawer.photo()
    before = datetime.now(UTC)
    drawer.labels.put(photo, " straw  hat ", "ana")
    drawer.labels.put(photo, "cap", "bo")
    record = drawer.labels.put(photo, None, "cy")
    assert record == drawer.record(photo)
    assert record["label"] is None
    said = drawer.history(photo)
    assert said == [("straw hat", "ana", "e1"), ("cap", "bo", "e1"), (None, "cy", "e1")]
    times = [entry["at"] for entry in record["label_history"]]
    assert times == sorted(times)
    assert record["labelled_at"] == times[-1]
    assert abs((times[0] - before).total_seconds()) < 60


def test_what_is_said_already_changes_nothing(drawer: Drawer) -> None:
    photo = drawer.photo()
    assert "label_history" not in drawer.labels.put(photo, None, "ana")
    first = drawer.labels.put(photo, "hat", "ana")
    assert drawer.labels.put(photo, "HAT ", "bo") == first
    taken = drawer.labels.put(photo, None, "bo")
    assert drawer.labels.put(photo, None, "ana") == taken


def test_of_people_who_label_at_once_nobody_loses_a_word(drawer: Drawer) -> None:
    photo = drawer.photo()
    people = [f"person {number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda who: drawer.labels.put(photo, f"hat of {who}", who), people))
    history = drawer.history(photo)
    assert sorted(by for _, by, _ in history) == people
    assert drawer.record(photo)["label"] == history[-1][0]


def test_the_first_spelling_of_a_label_wins_also_for_those_who_come_at_once(
    drawer: Drawer,
) -> None:
    spellings = ["Straw Hat", "straw hat", "STRAW HAT", "straw  Hat"] * 2
    photos = [drawer.photo() for _ in spellings]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda photo, label: drawer.labels.put(photo, label, "ana"),
                      photos, spellings))  # fmt: skip
    [label] = set(drawer.labels_of(*photos))
    assert drawer.labels.spelled(drawer.name, "straw hat") == label
    assert drawer.labels.spelled(f"{drawer.name}-2", "STRAW hat") == "STRAW hat"


@pytest.mark.parametrize("label", ["$label", "a/b.c", "🎩", "$$NOW", "violão 100%", "x" * 64])
def test_odd_labels_are_kept_as_written(label: str, drawer: Drawer) -> None:
    [photo] = drawer.labelled(label)
    assert drawer.labels_of(photo) == [label]
    assert drawer.history(photo) == [(label, "ana", "e1")]


@pytest.mark.parametrize("label", ["unknown", "a\x00b", "x" * 65, " ", "\udcff"])
def test_a_text_that_is_no_label_changes_nothing(label: str, drawer: Drawer) -> None:
    [photo] = drawer.labelled("hat")
    before = drawer.record(photo)
    with pytest.raises(ValueError, match=r"\.$"):
        drawer.labels.put(photo, label, "bo")
    assert drawer.record(photo) == before


@pytest.mark.parametrize("state", ["expected", "expired", "rejected", "removed"])
def test_a_photo_that_is_not_there_cannot_have_a_label(state: str, drawer: Drawer) -> None:
    photo = drawer.photo(state=state)
    with pytest.raises(CannotLabel, match=rf"^Photo {photo} .*; it can't have a label\.$"):
        drawer.labels.put(photo, "hat", "ana")
    with pytest.raises(CannotLabel, match="There is no photo"):
        drawer.labels.put("no-such-photo", "hat", "ana")
    assert "label" not in drawer.record(photo)


def test_a_label_is_renamed_in_all_photos_of_the_collection_and_in_no_other(
    drawer: Drawer,
) -> None:
    photos = drawer.labelled("hat", "Hat", "shoe")
    other = drawer.photo(collection="elsewhere", label="hat")
    assert drawer.labels.rename(drawer.name, "HAT", "cap", "bo") == 2
    assert drawer.labels_of(*photos, other) == ["cap", "cap", "shoe", "hat"]
    assert drawer.history(photos[0]) == [("hat", "ana", "e1"), ("cap", "bo", "e1")]
    record = drawer.record(photos[0])
    assert record["labelled_at"] == record["label_history"][-1]["at"]
    assert drawer.labels.rename(drawer.name, "hat", "cap", "bo") == 0


def test_two_labels_become_one_in_the_spelling_there_is(drawer: Drawer) -> None:
    photos = drawer.labelled("Cap", "hat", "cap")
    assert drawer.labels.rename(drawer.name, "hat", "CAP", "bo") == 1
    assert drawer.labels_of(*photos) == ["Cap", "Cap", "Cap"]
    assert len(drawer.history(photos[0])) == 1, "what was Cap before is not touched"


def test_a_rename_that_only_changes_the_case_changes_the_spelling_everywhere(
    drawer: Drawer,
) -> None:
    photos = drawer.labelled("hat", "HAT")
    assert drawer.labels.rename(drawer.name, "hat", "Hat", "bo") == 2
    photos += drawer.labelled("hAT")
    assert drawer.labels_of(*photos) == ["Hat", "Hat", "Hat"]
    assert drawer.labels.rename(drawer.name, "hat", "Hat", "bo") == 0


@pytest.mark.parametrize("new", ["cap", "Hat"])
def test_a_rename_killed_in_the_middle_is_finished_by_running_it_again(
    new: str, drawer: Drawer
) -> None:
    photos = drawer.labelled("hat", "hat", "hat")
    drawer.labels.rename(drawer.name, "hat", new, "bo")
    # As it was in the middle: the photos change one after another, after the spelling.
    for photo in photos[1:]:
        before = drawer.record(photo)["label_history"][:1]
        back = {"label": "hat", "label_history": before, "labelled_at": before[0]["at"]}
        drawer.database["photos"].update_one({"_id": photo}, {"$set": back})
    assert drawer.labels.rename(drawer.name, "HAT", new, "bo") == 2
    assert drawer.labels_of(*photos) == [new] * 3
    assert {len(drawer.history(photo)) for photo in photos} == {2}


def test_two_who_rename_at_once_leave_one_spelling(drawer: Drawer) -> None:
    for number in range(10):
        label = f"hat {number}"
        photos = drawer.labelled(*[label] * 5)

        def rename(new: str, label: str = label) -> None:
            drawer.labels.rename(drawer.name, label, new, "bo")

        with ThreadPoolExecutor(2) as people:
            list(people.map(rename, (label.title(), label.upper())))
        spelled = drawer.labels.spelled(drawer.name, label)
        assert set(drawer.labels_of(*photos)) == {spelled}


def test_a_label_that_nobody_ever_gave_is_not_renamed(drawer: Drawer) -> None:
    with pytest.raises(CannotLabel, match="was ever labelled 'hta'"):
        drawer.labels.rename(drawer.name, "hta", "hat", "bo")
    with pytest.raises(ValueError, match="what a model says"):
        drawer.labels.rename(drawer.name, "hta", "unknown", "bo")
