"""Labels from the command line."""

from collections.abc import Iterator

import pytest

from colecionador.operator import operator_of
from functions.runtime.storage import Storage
from infra.layout import Stack
from infra.wire_storage import storage_client
from scheduler.label_log import LabelLog
from tests.drawer import Drawer
from tests.integration.operating import colecionador, table


@pytest.fixture
def drawer(servers: Stack) -> Iterator[Drawer]:
    with operator_of(servers.folder) as operator:
        yield Drawer.new(operator.database)


def test_a_photo_is_labelled_by_id_part_of_it_file_name_and_key(
    servers: Stack, drawer: Drawer
) -> None:
    photo = drawer.photo(filename="grandpa's hat (1).jpg")
    names = (photo, photo[4:], "GRANDPA'S hat (1)", f"{drawer.name}/{photo}",
             f"images/{drawer.name}/{photo}.jpg")  # fmt: skip
    for number, name in enumerate(names):
        done = colecionador(servers, "label", name, f"hat {number}")
        assert (done.exit_code, done.output) == (0, f"photo {photo} is labelled hat {number}\n")
    assert drawer.history(photo) == [(f"hat {number}", "admin", "e1") for number in range(5)]
    done = colecionador(servers, "label", photo, "--none")
    assert (done.exit_code, done.output) == (0, f"photo {photo} has no label\n")
    assert drawer.labels_of(photo) == [None]


def test_several_photos_that_fit_are_listed_and_none_is_labelled(
    servers: Stack, drawer: Drawer
) -> None:
    photos = [drawer.photo(filename=f"top hat {number}.jpg") for number in range(2)]
    result = colecionador(servers, "label", "top hat", "hat")
    assert result.exit_code == 1
    assert {row["photo"] for row in table(result, "photo")} == set(photos)
    assert not any("label" in drawer.record(photo) for photo in photos)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("Unknown",), 1, "what a model says"),
        (("x" * 65,), 1, "at most 64 characters"),
        (("a\x07b",), 1, "control characters"),
        ((), 2, "--none"),
        (("hat", "--none"), 2, "--none"),
    ],
)
def test_what_cannot_be_a_label_is_refused_in_a_sentence(
    words: tuple[str, ...], code: int, says: str, servers: Stack, drawer: Drawer
) -> None:
    photo = drawer.photo()
    result = colecionador(servers, "label", photo, *words)
    assert result.exit_code == code
    assert says in result.output
    assert "label" not in drawer.record(photo)


def test_a_photo_that_was_refused_or_is_nowhere_is_not_labelled(
    servers: Stack, drawer: Drawer
) -> None:
    refused = colecionador(servers, "label", drawer.photo(state="rejected"), "hat")
    assert refused.exit_code == 1
    assert "was refused; it can't have a label." in refused.output
    assert colecionador(servers, "label", "no such photo", "hat").exit_code == 1


def test_a_label_is_renamed_from_the_command_line(servers: Stack, drawer: Drawer) -> None:
    photos = drawer.labelled("hat", "cap")
    result = colecionador(servers, "labels", "rename", drawer.name, "hat", "CAP")
    assert (result.exit_code, result.output) == (0, "1 photo changed\n")
    assert drawer.labels_of(*photos) == ["cap", "cap"]
    assert drawer.history(photos[0])[-1] == ("cap", "admin", "e1")
    unknown = colecionador(servers, "labels", "rename", drawer.name, "hta", "cap")
    assert unknown.exit_code == 1
    assert "was ever labelled 'hta'" in unknown.output
    assert "no collection" in colecionador(servers, "labels", "rename", "scarves", "a", "b").output


def test_labels_come_back_from_their_log(servers: Stack, drawer: Drawer) -> None:
    photos = drawer.labelled("hat", "cap")
    LabelLog(Storage(storage_client(servers)), drawer.database).write()
    lost = {"label": "", "label_history": "", "labelled_at": ""}
    drawer.database["photos"].update_one({"_id": photos[0]}, {"$unset": lost})
    result = colecionador(servers, "labels", "restore", drawer.name)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "given back to 1 photo",
        "left as they are: 1 photo",
        "not there, or with other bytes: 0 photos",
    ]
    assert drawer.labels_of(*photos) == ["hat", "cap"]
