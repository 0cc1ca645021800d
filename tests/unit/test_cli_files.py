"""Which files `put` takes, and which ids collections get."""

import re
from pathlib import Path

import pytest

from colecionador.files import files_in
from functions.runtime.collections import check_id, ids_from


def test_folders_are_read_to_the_bottom_and_hidden_files_stay(tmp_path: Path) -> None:
    for name in ("b.jpg", "a/c d.png", "a/b/no ending", ".DS_Store", ".git/x.jpg", "a/._c.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = [str(path.relative_to(tmp_path)) for path in files_in([tmp_path])]
    assert found == ["a/b/no ending", "a/c d.png", "b.jpg"]


def test_a_file_named_twice_is_sent_once(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    assert files_in([tmp_path / "a.jpg", tmp_path]) == [tmp_path / "a.jpg"]


def test_a_file_named_by_itself_is_sent_though_its_folder_is_hidden(tmp_path: Path) -> None:
    hidden = tmp_path / ".inbox"
    hidden.mkdir()
    (hidden / "a.jpg").touch()
    assert files_in([hidden]) == [hidden / "a.jpg"]


@pytest.mark.parametrize("wrong", ["ab", "a" * 41, "Hats", "a/b", "a b", "chapéu", "", "hats\n"])
def test_an_id_that_could_not_stand_in_a_key_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="3 to 40"):
        check_id(wrong)


@pytest.mark.parametrize("reserved", ["general", "labels", "backbone"])
def test_reserved_ids_are_refused(reserved: str) -> None:
    with pytest.raises(ValueError, match="reserved"):
        check_id(reserved)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Hats", "hats"),
        ("  Quartz (Var: Amethyst) ", "quartz-var-amethyst"),
        ("Violões & Co. 100%", "violoes-co-100"),
        ("x" * 80, "x" * 40),
    ],
)
def test_an_id_is_made_from_the_name(name: str, made: str) -> None:
    assert next(ids_from(name)) == made


@pytest.mark.parametrize("name", ["ab", "General", "写真", "🎩", "labels"])
def test_a_name_that_makes_no_id_gets_a_random_ending(name: str) -> None:
    first = next(ids_from(name))
    check_id(first)
    assert re.search(r"-[a-z0-9]{4}$", first)
