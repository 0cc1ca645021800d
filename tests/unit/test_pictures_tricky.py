"""Files that are odd on purpose: what is whole is taken, and what is not gets a reason, soon."""

import struct
import threading
import zlib

import pytest
from PIL import Image, PngImagePlugin

from functions.pictures.budget import PixelBudget
from functions.pictures.photo import Limits, open_photo
from tests.unit.photos import LIMITS, as_file, opened, refusal

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")

PICTURE = Image.new("RGB", (40, 30), "teal")


def png(kind: int, rows: bytes, *before: tuple[bytes, bytes]) -> bytes:
    """A PNG of 40x30 with 8 bits, `before` its pixels these chunks."""
    head = (b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, kind, 0, 0, 0))
    chunks = (head, *before, (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


@pytest.mark.parametrize("name", ["icc_profile", "transparency", "exif", "gamma"])
def test_a_png_whose_texts_have_names_of_other_things_is_a_photo(name: str) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text(name, "hello")
    assert opened(as_file(PICTURE, "PNG", pnginfo=texts)).image.getpixel((5, 5)) == (0, 128, 128)
    assert opened(as_file(PICTURE.convert("P"), "PNG", pnginfo=texts)).image.mode == "RGB"


def tiff(*more: tuple[int, int, int, int]) -> bytes:
    """A grey TIFF of 8x8, with these tags besides: number, type, count, value."""
    at = 8 + 2 + 12 * (8 + len(more)) + 4
    plain = {256: 8, 257: 8, 258: 8, 259: 1, 262: 1, 273: at, 278: 8, 279: 64}
    tags = sorted([*((tag, 4, 1, value) for tag, value in plain.items()), *more])
    table = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + table + bytes(4) + bytes(64)


@pytest.mark.parametrize(("kind", "count"), [(2, 4), (3, 2), (4, 1), (11, 1)])
def test_a_tiff_with_something_else_for_a_profile_is_a_photo(kind: int, count: int) -> None:
    assert opened(tiff((34675, kind, count, 0x3F80_0041))).image.size == (8, 8)


def test_an_editors_long_notes_in_a_png_are_no_damage() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_itxt("XML:com.adobe.xmp", "<li>a note</li>" * 150_000, zip=True)
    assert opened(as_file(PICTURE, "PNG", pnginfo=notes)).width == 40


@pytest.mark.parametrize(
    "chunks",
    [[], [(b"PLTE", bytes(12)), (b"tRNS", bytes(300))]],
    ids=["no palette", "more transparency than colours"],
)
def test_a_palette_that_is_not_as_it_should_be_is_damage(
    chunks: list[tuple[bytes, bytes]],
) -> None:
    assert refusal(png(3, (b"\0" + bytes(40)) * 30, *chunks)).code == "truncated"


def test_a_tile_larger_than_its_picture_counts_as_what_it_takes() -> None:
    tile = (322, 4, 1, 16384), (323, 4, 1, 16384)
    assert refusal(tiff(*tile)).reason == "The picture has more than 100 megapixels."


def test_a_side_that_no_jpeg_can_have_is_refused() -> None:
    long = as_file(Image.new("1", (LIMITS.max_side + 1, 1)), "PNG")
    assert refusal(long).reason == "A side of the picture has more than 65535 pixels."
    assert opened(as_file(Image.new("1", (LIMITS.max_side, 1)), "PNG")).width == LIMITS.max_side


def test_a_jpeg_takes_its_whole_size_of_the_budget_however_small_it_is_asked_for() -> None:
    large = as_file(Image.new("RGB", (4000, 3000)), "JPEG")
    budget, second_in = PixelBudget(20_000_000), threading.Event()

    def second() -> None:
        with open_photo(large, Limits(), budget):
            second_in.set()

    other = threading.Thread(target=second)
    with open_photo(large, Limits(), budget):
        other.start()
        assert not second_in.wait(0.5)
    other.join(30)
    assert second_in.is_set()
