"""Labels and file names on disks: safe for any file system, and labels come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colecionador.imports.folder_name import MOST_BYTES, file_of, folder_of, label_of
from functions.runtime import label as labels

ODD = ("a/b", "..", ".", "con", "COM1.x", "🎩", "50% wool", "a%2Fb", "x:y|z?", "nul", "t.", "été")


@pytest.mark.parametrize("label", ODD)
def test_a_label_comes_back_from_its_folder(label: str) -> None:
    assert label_of(folder_of(label)) == label


@given(st.text(st.characters(codec="utf-8"), max_size=64))
def test_any_label_comes_back_from_a_safe_folder_or_is_refused(text: str) -> None:
    try:
        label = labels.clean(text)
        folder = folder_of(label)
    except ValueError:
        return
    assert label_of(folder) == label
    assert not set(folder) & set('<>:"/\\|?*')
    assert not folder.startswith(".")
    assert not folder.endswith((".", " "))
    assert len(folder.encode()) <= MOST_BYTES


@pytest.mark.parametrize("device", ["con", "PRN", "aux.txt", "Lpt9"])
def test_no_folder_has_a_devices_name(device: str) -> None:
    assert folder_of(device).partition(".")[0].casefold() != device.partition(".")[0].casefold()


@pytest.mark.parametrize("folder", ["50% wool", "a%20b", "100%", "%zz", "%C3"])
def test_a_folder_that_people_named_with_a_percent_sign_keeps_its_name(folder: str) -> None:
    assert label_of(folder) == folder


def test_a_label_that_is_too_long_for_a_folder_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="too long"):
        folder_of("🎩" * 64)


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("../../etc/passwd", "_._.._etc_passwd"),
        (".hidden.jpg", "_hidden.jpg"),
        ("a:b?.jpg", "a_b_.jpg"),
        ("", "photo"),
        ("con.jpg", "_on.jpg"),
        ("violão 🎩.heic", "violão 🎩.heic"),
    ],
)
def test_a_files_name_can_harm_nobody(filename: str, kept: str) -> None:
    assert file_of(filename) == kept


def test_a_long_name_is_cut_but_keeps_its_ending_and_its_mark() -> None:
    name = file_of("é" * 200 + ".jpg", mark="-0123")
    assert name.endswith("é-0123.jpg")
    assert MOST_BYTES - 2 < len(name.encode()) <= MOST_BYTES


def test_an_image_is_a_jpeg_whatever_its_original_was() -> None:
    assert file_of("scan.tif", ending=".jpg") == "scan.jpg"
