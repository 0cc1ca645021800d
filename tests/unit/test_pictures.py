"""Bytes from outside become a photo, or a reason people understand."""

import json
import struct
import time
import zlib
from typing import Any

import pytest
from PIL import Image

from functions.pictures import decoder
from functions.pictures.budget import PixelBudget
from functions.pictures.photo import Limits, open_photo
from tests.unit.photos import ODD, SAMPLES, as_file, opened, refusal

EXPECTED: list[dict[str, Any]] = json.loads((ODD / "expected.json").read_text())


@pytest.mark.parametrize("case", EXPECTED, ids=lambda case: case["file"])
def test_every_odd_file_gets_its_verdict(case: dict[str, Any]) -> None:
    data = (ODD / case["file"]).read_bytes()
    if case["code"]:
        assert case["deserves"] != "accept"
        assert refusal(data).code == case["code"]
    else:
        assert case["deserves"] != "refuse"
        assert opened(data).image.mode == "RGB"


def test_every_odd_file_is_expected() -> None:
    there = {path.name for path in ODD.iterdir()} - {"expected.json"}
    assert there == {case["file"] for case in EXPECTED}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("empty.jpg", "The file is empty."),
        ("document.pdf", "This is a PDF document, not a photo."),
        ("vector.svg", "This is an SVG drawing, not a photo."),
        ("html_renamed.jpg", "This is a web page, not a photo."),
        ("text_renamed.jpg", "This is a text file, not a photo."),
        ("bomb_40000x40000_1bit.png", "The picture has more than 100 megapixels."),
    ],
)
def test_the_reason_is_a_sentence_for_the_sender(name: str, reason: str) -> None:
    assert refusal((ODD / name).read_bytes()).reason == reason


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\0\0\0\x18ftypmp42", "a video"),
        (b"PK\x03\x04" + bytes(9), "an archive or an office document"),
        (b"\x7fELF" + bytes(99), "a file of a kind we can't open"),
        ("Grüße".encode() * 200, "a text file"),
    ],
)
def test_what_people_send_by_mistake_is_named(start: bytes, kind: str) -> None:
    assert refusal(start).reason == f"This is {kind}, not a photo."


def test_a_photo_knows_its_type_by_content_and_its_upright_size() -> None:
    types = {
        "photo.heic": ("image/heic", 2566, 3313),
        "photo.avif": ("image/avif", 128, 128),
        "photo.webp": ("image/webp", 480, 360),
        "photo.tif": ("image/tiff", 128, 128),
        "animated.gif": ("image/gif", 320, 240),
        "png_named.jpg": ("image/png", 128, 128),
        "mpo_named.jpg": ("image/jpeg", 640, 480),
        "panorama_6000x300.jpg": ("image/jpeg", 6000, 300),
        "orientation_landscape_6.jpg": ("image/jpeg", 800, 533),
    }
    for name, expected in types.items():
        photo = opened((ODD / name).read_bytes())
        assert (photo.type, photo.width, photo.height) == expected
        assert max(photo.image.size) <= 1600


def test_a_promised_checksum_is_kept_or_the_file_refused() -> None:
    data = (ODD / "gray.jpg").read_bytes()
    true = opened(data).sha256
    assert opened(data, promised=true.upper()).sha256 == true
    assert refusal(data, promised="0" * 64).code == "checksum-mismatch"


def test_more_bytes_than_the_limit_are_refused() -> None:
    data = (ODD / "gray.jpg").read_bytes()
    limits = Limits(max_bytes=len(data) - 1)
    assert refusal(data, limits).code == "too-many-bytes"
    opened(data, Limits(max_bytes=len(data)))


def test_a_jpeg_that_claims_a_huge_size_is_refused_from_its_header() -> None:
    data = bytearray((ODD / "gray.jpg").read_bytes())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    assert refusal(bytes(data)).code == "too-many-pixels"


def test_the_bomb_is_refused_in_a_moment() -> None:
    data = (ODD / "bomb_40000x40000_1bit.png").read_bytes()
    start = time.process_time()
    refusal(data)
    assert time.process_time() - start < 0.2


def test_an_endless_animation_is_refused_without_walking_through_it() -> None:
    frame = b"\x21\xf9\x04\0\0\0\0\0\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    gif = b"GIF89a" + struct.pack("<HHBBB", 1000, 1000, 0x80, 0, 0) + bytes(6) + frame * 500_000
    start = time.process_time()
    assert refusal(gif).code == "animation-too-long"
    assert time.process_time() - start < 1


def test_an_ordinary_animation_shows_its_first_frame() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue", "green")]
    for kind in ("GIF", "PNG", "WEBP"):
        data = as_file(frames[0], kind, save_all=True, append_images=frames[1:])
        red, green, blue = _pixel(opened(data).image)
        assert red > 240
        assert max(green, blue) < 15


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"])
def test_a_cut_file_of_any_kind_is_truncated(kind: str) -> None:
    whole = Image.effect_noise((300, 200), 90).convert("RGB")
    data = as_file(whole, kind)
    for part in (0.05, 0.5, 0.8):
        assert refusal(data[: int(len(data) * part)]).code == "truncated"


def test_a_text_chunk_that_unpacks_to_gigabytes_is_refused() -> None:
    png = (ODD / "png_named.jpg").read_bytes()
    packed = zlib.compress(bytes(80_000_000), 9)
    body = b"zTXtComment\0\0" + packed
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    assert refusal(png[:33] + chunk + png[33:]).code == "truncated"


def test_a_tiff_with_hundreds_of_pages_is_opened_at_its_first() -> None:
    page = as_file(Image.new("RGB", (20, 10), "red"), "TIFF")
    many = as_file(
        Image.new("RGB", (20, 10), "red"),
        "TIFF",
        save_all=True,
        append_images=[Image.new("RGB", (20, 10), "blue")] * 300,
    )
    start = time.process_time()
    assert _pixel(opened(many).image) == _pixel(opened(page).image)
    assert time.process_time() - start < 1


def test_an_error_of_the_caller_is_not_taken_for_the_photos() -> None:
    data = (ODD / "gray.jpg").read_bytes()
    with pytest.raises(ValueError, match="mine"), open_photo(data, Limits(), PixelBudget()):
        raise ValueError("mine")


def test_a_phone_photo_is_never_decoded_in_full() -> None:
    file = decoder.header((SAMPLES / "phone" / "Nokia_Lumia_800.jpg").read_bytes())
    assert file.size == (2448, 3264)
    picture, _ = decoder.decoded(file)
    assert file.size == (1224, 1632)
    assert picture.size == (1200, 1600)


def test_a_one_pixel_line_keeps_a_side_of_one() -> None:
    photo = opened(as_file(Image.new("RGB", (5000, 1)), "PNG"))
    assert photo.image.size == (1600, 1)


def _pixel(image: Image.Image) -> tuple[int, ...]:
    colour = image.getpixel((1, 1))
    assert isinstance(colour, tuple)
    return tuple(int(part) for part in colour)
