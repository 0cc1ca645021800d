"""A folder of class folders, with all that people keep in such folders."""

import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from colecionador.imports.candidate import Candidate, LeftOut
from colecionador.imports.class_folders import found_in
from colecionador.imports.look import Look, look, looks
from functions.pictures.budget import PixelBudget
from tests.unit.photos import ODD, SAMPLES

HATS = SAMPLES / "clothes" / "hat"


def filled(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


def by_name(folder: Path) -> dict[str, Candidate | LeftOut]:
    return {one.name: one for one in found_in(folder)}


def test_a_label_is_the_first_folders_name_made_clean(tmp_path: Path) -> None:
    found = by_name(filled(tmp_path, "  cafe\u0301   noir /deep/er/a b.jpg", "a%2Fb/x.jpg"))
    assert {name: one.label for name, one in found.items()} == {
        "  cafe\u0301   noir /deep/er/a b.jpg": "café noir",
        "a%2Fb/x.jpg": "a/b",
    }
    assert all(isinstance(one, Candidate) for one in found.values())


def test_nothing_in_a_folder_is_dropped_without_a_word(tmp_path: Path) -> None:
    filled(
        tmp_path,
        "loose.jpg",
        ".DS_Store",
        ".git/config",
        "hat/.hidden.jpg",
        "Unknown/a.jpg",
        "x" * 65 + "/b.jpg",
    )
    (tmp_path / "empty").mkdir()
    (tmp_path / "hat" / "loop").symlink_to(tmp_path)
    (tmp_path / "all").symlink_to(tmp_path)
    found = {name: one for name, one in by_name(tmp_path).items() if isinstance(one, LeftOut)}
    assert {name[:20]: one.code for name, one in found.items()} == {
        "loose.jpg": "no-class",
        ".DS_Store": "hidden",
        ".git": "hidden",
        "hat/.hidden.jpg": "hidden",
        "hat/loop": "link",
        "all": "link",
        "empty": "empty-class",
        "Unknown/a.jpg": "label",
        "x" * 20: "label",
    }
    assert "what a model says" in found["Unknown/a.jpg"].reason


def test_a_folder_whose_name_is_no_text_is_left_out(tmp_path: Path) -> None:
    place = os.path.join(os.fsencode(tmp_path), b"caf\xe9")
    os.mkdir(place)
    Path(os.fsdecode(place), "a.jpg").write_bytes(b"x")
    [found] = found_in(tmp_path)
    assert isinstance(found, LeftOut)
    assert (found.name, found.code) == ("caf\N{REPLACEMENT CHARACTER}/a.jpg", "label")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("text_renamed.jpg", "not-a-picture"),
        ("html_renamed.jpg", "not-a-picture"),
        ("truncated_60pct.jpg", "truncated"),
        ("empty.jpg", "empty"),
        ("vector.svg", "svg"),
        ("document.pdf", "pdf"),
        ("bomb_40000x40000_1bit.png", "too-many-pixels"),
        ("one_pixel.png", "too-small"),
    ],
)
def test_a_file_that_on_upload_would_refuse_is_left_out_in_its_words(name: str, code: str) -> None:
    [seen] = looks([Candidate(ODD / name, name, "odd")], min_side=2)
    assert isinstance(seen, LeftOut)
    assert (seen.name, seen.label, seen.code) == (name, "odd", code)
    assert seen.reason


def test_what_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    missing = [Candidate(tmp_path / name, name, "hat") for name in ("gone.jpg", "pipe")]
    codes = [seen.code for seen in looks(missing, 1) if isinstance(seen, LeftOut)]
    assert codes == ["unreadable", "unreadable"]


@pytest.mark.parametrize(("side", "fits"), [(63, False), (64, True)])
def test_the_shorter_side_decides_whether_a_picture_is_too_small(
    tmp_path: Path, side: int, fits: bool
) -> None:
    Image.effect_noise((300, side), 80).save(tmp_path / "a.png")
    seen = look(Candidate(tmp_path / "a.png", "a.png", "hat"), 64, PixelBudget())
    assert isinstance(seen, Look) is fits


def test_looks_come_in_the_order_of_the_files() -> None:
    candidates = [Candidate(path, path.name, "hat") for path in sorted(HATS.iterdir())]
    seen = [one.candidate for one in looks(candidates, 64) if isinstance(one, Look)]
    assert seen == candidates


def test_a_picture_is_looked_at_upright(tmp_path: Path) -> None:
    shutil.copy(ODD / "orientation_landscape_6.jpg", tmp_path / "a.jpg")
    seen = look(Candidate(tmp_path / "a.jpg", "a.jpg", "hat"), 1, PixelBudget())
    assert isinstance(seen, Look)
    assert seen.width > seen.height
