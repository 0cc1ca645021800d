"""Which pictures come in: each once, under one label, at most so many of a class."""

import io
import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from colecionador.imports.alike import BITS, alike
from colecionador.imports.candidate import Candidate
from colecionador.imports.cleaning import Cleaned, clean
from colecionador.imports.look import Look, looks
from tests.unit.photos import SAMPLES

PHOTOS = sorted(SAMPLES.glob("clothes/*/*.jpg"))
HAT, OTHER_HAT = sorted((SAMPLES / "clothes" / "hat").iterdir())[:2]


def seen(files: Mapping[str, bytes], folder: Path) -> list[Look]:
    """Looks at files by names such as `hat/a.jpg`."""
    for name, data in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    candidates = [Candidate(folder / name, name, name.partition("/")[0]) for name in files]
    return [one for one in looks(candidates, 1) if isinstance(one, Look)]


def good(cleaned: Cleaned) -> list[str]:
    return [one.candidate.name for one in cleaned.good]


def why(cleaned: Cleaned) -> dict[str, str]:
    return {one.name: one.code for one in cleaned.left_out}


def again(path: Path, quality: int, share: float = 1) -> bytes:
    """The photo as another program saved it."""
    with Image.open(path) as photo:
        size = (round(photo.width * share), round(photo.height * share))
        file = io.BytesIO()
        photo.convert("RGB").resize(size).save(file, "JPEG", quality=quality)
    return file.getvalue()


def test_different_photos_all_come_in() -> None:
    candidates = [Candidate(path, path.name, path.parent.name) for path in PHOTOS]
    cleaned = clean(one for one in looks(candidates, 64) if isinstance(one, Look))
    assert len(cleaned.good) == len(PHOTOS)
    assert cleaned.left_out == ()


def test_of_the_same_file_twice_one_comes_in_and_the_other_is_told(tmp_path: Path) -> None:
    data = HAT.read_bytes()
    cleaned = clean(seen({"hat/b.jpg": data, "hat/a.jpg": data, "Hat/c.jpg": data}, tmp_path))
    assert good(cleaned) == ["Hat/c.jpg"]
    assert why(cleaned) == {"hat/a.jpg": "duplicate", "hat/b.jpg": "duplicate"}
    assert "Hat/c.jpg" in cleaned.left_out[0].reason


@pytest.mark.parametrize(("quality", "share"), [(50, 1), (85, 0.5), (30, 0.34)])
def test_of_a_photo_and_its_copy_the_larger_comes_in(
    tmp_path: Path, quality: int, share: float
) -> None:
    files = {"hat/a.jpg": again(HAT, quality, share), "hat/z.jpg": HAT.read_bytes()}
    cleaned = clean(seen(files, tmp_path))
    assert len(cleaned.good) == 1
    assert set(why(cleaned).values()) == {"near-duplicate"}
    if share < 1:
        assert good(cleaned) == ["hat/z.jpg"]


def test_a_photo_under_two_labels_is_left_out_with_all_its_copies(tmp_path: Path) -> None:
    data = HAT.read_bytes()
    files = {
        "hat/a.jpg": data,
        "hat/b.jpg": data,
        "cap/c.jpg": data,
        "hat/d.jpg": OTHER_HAT.read_bytes(),
        "wig/e.jpg": again(OTHER_HAT, 50),
        "hat/f.jpg": PHOTOS[-1].read_bytes(),
    }
    cleaned = clean(seen(files, tmp_path))
    assert good(cleaned) == ["hat/f.jpg"]
    assert why(cleaned) == dict.fromkeys(sorted(files.keys() - {"hat/f.jpg"}), "two-labels")
    reasons = {one.name: one.reason for one in cleaned.left_out}
    assert reasons["hat/a.jpg"] == "The same file lies under 'cap' too: cap/c.jpg."
    assert reasons["cap/c.jpg"] == "The same file lies under 'hat' too: hat/a.jpg."
    assert reasons["hat/d.jpg"] == "A picture that looks the same lies under 'wig' too: wig/e.jpg."


def coin(colour: str) -> bytes:
    """A coin on a white table."""
    picture = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(picture).ellipse((120, 120, 280, 280), colour)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("colour", ["red", "#4c4c4c"])
def test_things_of_one_shape_on_a_plain_table_are_different_photos(
    tmp_path: Path, colour: str
) -> None:
    # All three are equally bright.
    found = seen({"coin/a.png": coin("#008200"), "coin/b.png": coin(colour)}, tmp_path)
    assert (found[0].phash ^ found[1].phash).bit_count() <= BITS
    assert good(clean(found)) == ["coin/a.png", "coin/b.png"]


@pytest.mark.parametrize("seed", range(3))
def test_the_choice_does_not_depend_on_the_order_of_the_files(tmp_path: Path, seed: int) -> None:
    files = {f"hat/{number}.jpg": path.read_bytes() for number, path in enumerate(PHOTOS)}
    files |= {f"hat/copy {number}.jpg": again(path, 50) for number, path in enumerate(PHOTOS[:5])}
    found = seen(files, tmp_path)
    first = clean(found, cap=4)
    random.Random(seed).shuffle(found)
    assert clean(found, cap=4) == first


def test_a_cap_keeps_so_many_of_each_class_and_a_larger_one_keeps_the_same(tmp_path: Path) -> None:
    files = {f"{path.parent.name}/{path.name}": path.read_bytes() for path in PHOTOS}
    found = seen(files, tmp_path)
    three, five = clean(found, cap=3), clean(found, cap=5)
    assert len(three.good) == 3 * len({path.parent for path in PHOTOS})
    assert set(good(three)) < set(good(five))
    assert set(why(three).values()) == {"cap"}
    assert {*good(three), *why(three)} == files.keys()


def test_nothing_comes_of_nothing() -> None:
    assert clean([]) == Cleaned((), ())


def test_of_an_address_that_stands_in_a_list_twice_one_comes_in(tmp_path: Path) -> None:
    once, again = (seen({"hat/a.jpg": HAT.read_bytes()}, tmp_path) for _ in range(2))
    cleaned = clean([*once, *again])
    assert good(cleaned) == ["hat/a.jpg"]
    assert why(cleaned) == {"hat/a.jpg": "duplicate"}


def test_both_the_hash_and_the_tiny_picture_have_to_agree() -> None:
    tinies = np.full((4, 768), 100, np.uint8)
    phashes = np.array([0, 0b1111, 0b11111, 0], np.uint64)
    assert list(alike(phashes, tinies)) == [[], [0], [], [0]]
    tinies[3] += 11
    assert list(alike(phashes, tinies)) == [[], [0], [], []]


def test_frames_of_one_scene_are_compared_with_the_first_one_only(tmp_path: Path) -> None:
    frames = {f"hat/{number:02}.jpg": again(HAT, 60 + number) for number in range(20)}
    cleaned = clean(seen(frames, tmp_path))
    assert good(cleaned) == ["hat/00.jpg"]
    assert {one.reason for one in cleaned.left_out} == {"Looks the same as hat/00.jpg."}
