"""Whatever its file's kind, a photo comes out upright and in its right colours."""

import io

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from functions.pictures.photo import Photo
from tests.unit.icc import wide_profile
from tests.unit.photos import ODD, SAMPLES, as_file, opened, refusal

SHIRT = SAMPLES / "clothes" / "t-shirt" / "ee5607f2-750d-4230-a1d0-fc75d092fdb9.jpg"


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two RGB pictures, 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def seen_from_afar(image: Image.Image) -> Image.Image:
    """Small, so that the noise of an encoder or of dithering is averaged away."""
    return image.resize((96, 64), Image.Resampling.BOX)


def colour(photo: Photo, x: int, y: int) -> tuple[int, ...]:
    pixel = photo.image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return tuple(int(part) for part in pixel)


def corners(mode: str = "RGB") -> Image.Image:
    """40x20: red and green above, blue and white below."""
    image = Image.new("RGB", (40, 20), "white")
    for box, name in (((0, 0), "red"), ((20, 0), "lime"), ((0, 10), "blue")):
        image.paste(Image.new("RGB", (20, 10), name), box)
    return image.convert(mode)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_the_eight_orientations_give_the_same_upright_photo(orientation: int) -> None:
    first = opened((ODD / "orientation_landscape_1.jpg").read_bytes())
    turned = opened((ODD / f"orientation_landscape_{orientation}.jpg").read_bytes())
    assert (turned.width, turned.height) == (first.width, first.height) == turned.image.size
    assert difference(seen_from_afar(turned.image), seen_from_afar(first.image)) < 1.5


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_kind_that_can_say_so_is_turned_once(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exact = {"lossless": True} if kind == "WEBP" else {"quality": 100}
    photo = opened(as_file(corners(), kind, exif=exif, **exact))
    upright = {
        1: "red lime blue white", 2: "lime red white blue", 3: "white blue lime red",
        4: "blue white red lime", 5: "red blue lime white", 6: "blue red white lime",
        7: "white lime blue red", 8: "lime white red blue",
    }  # fmt: skip
    width, height = (20, 40) if orientation > 4 else (40, 20)
    assert (photo.width, photo.height) == photo.image.size == (width, height)
    seen = [
        nearest(colour(photo, x, y))
        for y in (height // 4, 3 * height // 4)
        for x in (width // 4, 3 * width // 4)
    ]
    assert " ".join(seen) == upright[orientation]


def nearest(pixel: tuple[int, ...]) -> str:
    names = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255,) * 3}
    return min(names, key=lambda n: sum(abs(a - b) for a, b in zip(names[n], pixel, strict=True)))


@pytest.mark.parametrize("orientation", [3, 6])
def test_heic_is_turned_by_its_own_boxes_and_not_again_by_exif(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = opened(as_file(corners(), "HEIF", exif=exif, quality=100))
    assert (photo.width, photo.height) == photo.image.size == (40, 20)
    assert nearest(colour(photo, 10, 5)) == "red"


def test_a_wide_profile_is_brought_to_srgb() -> None:
    original = Image.open(SHIRT).convert("RGB")
    data = (ODD / "adobe_rgb_icc.jpg").read_bytes()
    assert difference(Image.open(io.BytesIO(data)).convert("RGB"), original) > 10
    assert difference(opened(data).image, original) < 2


def test_a_wide_profile_in_another_kind_of_file_is_used_too() -> None:
    grey_green = Image.new("RGB", (30, 30), (100, 180, 100))
    with_profile = opened(as_file(grey_green, "PNG", icc_profile=wide_profile()))
    red, green, blue = colour(with_profile, 15, 15)
    assert red < 60
    assert 175 <= green <= 185
    assert 90 <= blue <= 105


@pytest.mark.parametrize("profile", [b"nonsense", wide_profile()[:200], b"\0" * 128])
def test_a_bad_profile_is_ignored(profile: bytes) -> None:
    photo = opened(as_file(corners(), "PNG", icc_profile=profile))
    assert difference(photo.image, corners()) == 0


def test_an_srgb_profile_changes_nothing() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert difference(opened(as_file(corners(), "PNG", icc_profile=srgb)).image, corners()) == 0


def test_adobes_inverted_cmyk_is_no_negative() -> None:
    photo = opened(as_file(corners("CMYK"), "JPEG", quality=100))
    assert nearest(colour(photo, 10, 5)) == "red"
    assert nearest(colour(photo, 30, 15)) == "white"
    sample = opened((ODD / "cmyk.jpg").read_bytes())
    assert nearest(colour(sample, 2, 2)) == "red"
    assert max(colour(sample, 50, 5)) < 40


def test_16_bit_grey_is_scaled_and_not_cut() -> None:
    ramp = Image.new("I;16", (256, 8))
    for x in range(256):
        for y in range(8):
            ramp.putpixel((x, y), x * 257)
    photo = opened(as_file(ramp, "PNG"))
    assert [colour(photo, x, 3) for x in range(256)] == [(x, x, x) for x in range(256)]
    assert opened((ODD / "gray16.png").read_bytes()).image.getextrema() == ((0, 255),) * 3


def test_16_bit_colour_is_scaled() -> None:
    low, high = opened((ODD / "rgb16.png").read_bytes()).image.getchannel("R").getextrema()
    assert isinstance(low, int)
    assert low < 20
    assert high > 235


def test_transparent_parts_are_white() -> None:
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    half = Image.new("RGBA", (20, 20), (255, 0, 0, 128))
    palette = Image.new("P", (20, 20))
    palette.putpalette([0, 0, 0, 255, 0, 0])
    assert colour(opened(as_file(clear, "PNG")), 5, 5) == (255, 255, 255)
    assert colour(opened(as_file(clear.convert("LA"), "PNG")), 5, 5) == (255, 255, 255)
    assert colour(opened(as_file(palette, "PNG", transparency=0)), 5, 5) == (255, 255, 255)
    assert colour(opened(as_file(half, "PNG")), 5, 5) == (255, 127, 127)
    assert colour(opened((ODD / "palette_transparent.png").read_bytes()), 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_a_large_picture_of_any_mode_is_made_small_without_seams(mode: str) -> None:
    """Strips must not show: a picture far larger than a strip equals its own small copy."""
    if mode == "I;16":
        large = Image.new("I;16", (4900, 3500), 40000)
    else:
        large = Image.radial_gradient("L").resize((4900, 3500)).convert("RGB").convert(mode)
    photo = opened(as_file(large, "PNG", compress_level=1))
    assert photo.image.size == (1600, 1143)
    eight_bit = large if mode != "I;16" else Image.new("L", large.size, round(40000 / 257))
    plain = seen_from_afar(eight_bit.convert("RGB"))
    assert difference(seen_from_afar(photo.image), plain) < 1


def test_pixels_without_an_agreed_colour_are_refused() -> None:
    assert refusal(as_file(Image.new("F", (9, 9)), "TIFF")).code == "unsupported-pixels"
