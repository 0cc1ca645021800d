"""The ten variants are what their names say, and the same bytes each time."""

import colorsys
import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from functions.augment.colours import Colours
from functions.augment.variants import NAMES, variants
from functions.pictures.jpeg import image_jpeg
from tests.unit.photos import SAMPLES, opened

PHONE = (SAMPLES / "phone" / "Nokia_Lumia_800.jpg").read_bytes()
SHOE = sorted((SAMPLES / "clothes" / "shoes").iterdir())[0].read_bytes()

Pixels = NDArray[np.float64]


@pytest.fixture(scope="module")
def made() -> dict[str, Pixels]:
    """The variants of a shoe as numbers."""
    return {name: pixels(jpeg) for name, jpeg in variants(image_jpeg(opened(SHOE).image))}


def pixels(jpeg: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(jpeg)), np.float64)


def off(one: Pixels, other: Pixels) -> float:
    """Mean difference, a little of which is the encoder's."""
    return float(np.abs(one - other).mean())


def test_there_are_ten_by_name_and_in_order(made: dict[str, Pixels]) -> None:
    assert tuple(made) == NAMES
    assert len(set(NAMES)) == 10


@pytest.mark.parametrize("photo", [PHONE, SHOE])
def test_made_again_they_are_the_same_bytes(photo: bytes) -> None:
    image = image_jpeg(opened(photo).image)
    first, again = dict(variants(image)), dict(variants(image))
    assert [name for name in NAMES if first[name] != again[name]] == []


def test_one_decode_no_larger_than_needed_serves_all_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    prepare = JpegImageFile.load_prepare

    def noted(file: JpegImageFile) -> None:
        decoded.append(file.size)
        prepare(file)

    image = image_jpeg(opened(PHONE).image)
    monkeypatch.setattr(JpegImageFile, "load_prepare", noted)
    assert len(list(variants(image))) == 10
    # Half of 1200 x 1600: a quarter would be too small for the crop.
    assert decoded == [(600, 800)]


def test_their_longest_side_is_512_the_crops_too() -> None:
    for name, jpeg in variants(image_jpeg(opened(PHONE).image)):
        assert max(Image.open(io.BytesIO(jpeg)).size) == 512, name


def test_a_small_image_is_not_enlarged() -> None:
    small = image_jpeg(Image.new("RGB", (100, 60), "teal"))
    sizes = {name: Image.open(io.BytesIO(jpeg)).size for name, jpeg in variants(small)}
    assert sizes["as-is"] == (100, 60)
    assert sizes["rotated-90"] == (60, 100)
    assert sizes["center-crop"] == (70, 42)


def test_an_image_of_one_pixel_has_its_variants_too() -> None:
    assert len(list(variants(image_jpeg(Image.new("RGB", (1, 1)))))) == 10


def test_turned_and_flipped(made: dict[str, Pixels]) -> None:
    here = made["as-is"]
    assert off(made["rotated-90"], np.rot90(here)) < 2
    assert off(made["rotated-180"], np.rot90(here, 2)) < 2
    assert off(made["flipped-left-right"], here[:, ::-1]) < 2
    assert off(made["flipped-up-down"], here[::-1]) < 2


def test_brighter_by_a_fifth_of_full(made: dict[str, Pixels]) -> None:
    assert off(made["brighter"], np.clip(made["as-is"] + 51, 0, 255)) < 2


def test_twice_the_contrast_round_the_mean_of_each_channel(made: dict[str, Pixels]) -> None:
    here = made["as-is"]
    mean = here.mean((0, 1))
    assert off(made["more-contrast"], np.clip((here - mean) * 2 + mean, 0, 255)) < 3


def test_the_center_is_what_is_left(made: dict[str, Pixels]) -> None:
    here = Image.fromarray(made["as-is"].astype(np.uint8))
    width, height = here.size
    middle = here.crop(
        (round(width * 0.15), round(height * 0.15), round(width * 0.85), round(height * 0.85))
    )
    crop = made["center-crop"]
    same = np.asarray(middle.resize((crop.shape[1], crop.shape[0])), np.float64)
    assert off(crop, same) < 3


def test_hue_and_saturation_are_those_of_the_hsv_colour_circle() -> None:
    drawn = np.random.default_rng(3).integers(0, 256, (30, 30, 3), dtype=np.uint8)
    drawn[0], drawn[1], drawn[2], drawn[3, :, 1:] = 128, 0, 255, 0
    colours = Colours(Image.fromarray(drawn))
    hsv = [colorsys.rgb_to_hsv(*pixel) for pixel in drawn.reshape(-1, 3) / 255]
    turned = [colorsys.hsv_to_rgb((h + 0.1) % 1, s, v) for h, s, v in hsv]
    saturated = [colorsys.hsv_to_rgb(h, min(1, 2 * s), v) for h, s, v in hsv]
    for ours, exact in ((colours.turned(0.1), turned), (colours.saturated(2), saturated)):
        expected = np.array(exact).reshape(drawn.shape) * 255
        assert np.abs(np.asarray(ours, np.float64) - expected).max() <= 0.51


def test_hue_goes_a_tenth_round_and_saturation_doubles(made: dict[str, Pixels]) -> None:
    here = Colours(Image.fromarray(made["as-is"].astype(np.uint8)))
    assert off(made["hue-shifted"], np.asarray(here.turned(0.1), np.float64)) < 3
    assert off(made["more-saturated"], np.asarray(here.saturated(2), np.float64)) < 3


def test_they_carry_no_metadata() -> None:
    for _, jpeg in variants(image_jpeg(opened(PHONE).image)):
        info = Image.open(io.BytesIO(jpeg)).info
        assert set(info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
