"""What on_upload stores are pixels and nothing else, and the same each time."""

import io

import pytest
from PIL import Image

from functions.pictures.jpeg import image_jpeg, thumbnail_jpeg
from tests.unit.photos import ODD, SAMPLES, as_file, opened

TELLING = ("gps_exif.jpg", "bad_exif.jpg", "gray.jpg", "adobe_rgb_icc.jpg", "cmyk.jpg")


def segments(jpeg: bytes) -> set[int]:
    """The markers of a JPEG before its pixels."""
    found, at = set(), 2
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    return found


@pytest.mark.parametrize("name", TELLING)
def test_derived_pictures_carry_no_metadata(name: str) -> None:
    photo = opened((ODD / name).read_bytes())
    for jpeg in (image_jpeg(photo.image), thumbnail_jpeg(photo.image)):
        # JFIF, tables and the frame; no Exif (E1), profile (E2), IPTC (ED), comment (FE).
        assert segments(jpeg) <= {0xE0, 0xDB, 0xC0, 0xC4}
        assert set(Image.open(io.BytesIO(jpeg)).info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
        }


def test_a_comment_is_not_carried_over() -> None:
    data = as_file(Image.new("RGB", (30, 30)), "JPEG", comment=b"at my sister's")
    assert b"sister" in data
    assert opened(data).image.info == {}
    assert b"sister" not in image_jpeg(Image.open(io.BytesIO(data)))


def test_the_same_photo_gives_the_same_bytes() -> None:
    data = (SAMPLES / "phone" / "Nokia_Lumia_800.jpg").read_bytes()
    first, second = opened(data).image, opened(data).image
    assert image_jpeg(first) == image_jpeg(second)
    assert thumbnail_jpeg(first) == thumbnail_jpeg(second)


def test_sizes_are_at_most_1600_and_320_and_nothing_is_enlarged() -> None:
    for size, image, thumbnail in (
        ((3000, 1500), (1600, 800), (320, 160)),
        ((1000, 2000), (800, 1600), (160, 320)),
        ((100, 50), (100, 50), (100, 50)),
    ):
        photo = opened(as_file(Image.new("RGB", size), "PNG"))
        assert Image.open(io.BytesIO(image_jpeg(photo.image))).size == image
        assert Image.open(io.BytesIO(thumbnail_jpeg(photo.image))).size == thumbnail
