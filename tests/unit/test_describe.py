"""The record says what the photo and its camera say, and nothing is refused for bad Exif."""

import math
import struct
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from functions.on_upload import exif
from functions.on_upload.describe import Description, Exposure, Location, describe
from tests.unit.photos import ODD, SAMPLES, as_file, opened

BASE, GPS = ExifTags.Base, ExifTags.GPS
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")
HERE: dict[int, Any] = {
    GPS.GPSLatitudeRef: "S",
    GPS.GPSLatitude: (33.0, 51.0, 24.84),
    GPS.GPSLongitudeRef: "W",
    GPS.GPSLongitude: (70.0, 30.0, 0.0),
    GPS.GPSAltitudeRef: b"\x01",
    GPS.GPSAltitude: 12.5,
}


def described(
    main: dict[int, Any] | None = None,
    shot: dict[int, Any] | None = None,
    position: dict[int, Any] | None = None,
) -> Description:
    """What is said of a photo with these Exif tags."""
    written = Image.Exif()
    written.update(main or {})
    written.get_ifd(ExifTags.IFD.Exif).update(shot or {})
    written.get_ifd(ExifTags.IFD.GPSInfo).update(position or {})
    return describe(opened(as_file(Image.new("RGB", (8, 8)), "JPEG", exif=written)))


def test_a_photo_of_a_phone_is_described() -> None:
    data = (SAMPLES / "phone" / "Nokia_Lumia_800.jpg").read_bytes()
    said = describe(opened(data))
    assert (said.size, said.type, said.width, said.height) == (1286767, "image/jpeg", 2448, 3264)
    assert said.sha256 == "f78499a2114e595ef05857883818fb87f39605f5b69903d2533cbe724c600de9"
    assert said.camera == "Nokia Lumia 800"
    assert said.taken_at == "2012-06-09T21:23:38"
    assert said.exposure == Exposure(0.001, 2.2, None, None)
    assert said.location == Location(53.359465, -6.2582314, 35.8)


def test_heic_gives_its_exif_with_the_offset() -> None:
    said = describe(opened((ODD / "photo.heic").read_bytes()))
    assert said.taken_at == "2021-04-11T15:47:53-05:00"
    assert said.camera == "Apple iPhone 11 Pro Max"
    assert said.lens == "iPhone 11 Pro Max back triple camera 4.25mm f/1.8"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_exif_is_read_from_every_kind_that_carries_it(kind: str) -> None:
    written = Image.Exif()
    written[BASE.Make], written[BASE.Model] = "Canon", "Canon EOS 7D"
    photo = opened(as_file(Image.new("RGB", (16, 16)), kind, exif=written))
    assert describe(photo).camera == "Canon EOS 7D"


def test_the_position_is_signed_by_its_letters() -> None:
    assert described(position=HERE).location == Location(-33.8569, -70.5, -12.5)


@pytest.mark.parametrize(
    "wrong",
    [
        {GPS.GPSLatitudeRef: "X"},
        {GPS.GPSLatitude: (91.0, 0.0, 0.0)},
        {GPS.GPSLongitude: (181.0, 0.0, 0.0)},
        {GPS.GPSLatitude: (10.0, 0.0)},
        {GPS.GPSLatitude: (0.0, 0.0, 0.0), GPS.GPSLongitude: (0.0, 0.0, 0.0)},
        {GPS.GPSLongitude: (IFDRational(1, 0), 0.0, 0.0)},
    ],
)
def test_a_position_that_is_none_is_left_out(wrong: dict[int, Any]) -> None:
    assert described(position={**HERE, **wrong}).location is None


def test_a_maker_is_said_once() -> None:
    assert described({BASE.Make: "OPPO", BASE.Model: "R7plusf"}).camera == "OPPO R7plusf"
    assert described({BASE.Make: "NIKON", BASE.Model: "NIKON D90"}).camera == "NIKON D90"
    assert described({BASE.Make: "Sony"}).camera == "Sony"
    assert described().camera is None


def test_texts_are_trimmed_and_end_at_the_first_nul() -> None:
    assert exif.text("  Acme\t\n Phone \0\0junk") == "Acme Phone"
    assert exif.text(b"\xff\xfeodd") == "\ufffd\ufffdodd"
    assert exif.text("x" * 1_000_000) == "x" * 100
    assert exif.text("\0" * 9) is None
    assert exif.text(7) is None


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (IFDRational(1, 125), 0.008),
        (IFDRational(1, 0), None),
        (IFDRational(0, 0), None),
        (math.nan, None),
        (math.inf, None),
        ((100, 200), 100.0),
        ((), None),
        ("100", None),
        (10**400, None),
        (Fraction(1, 3), None),
    ],
)
def test_numbers_are_finite_or_left_out(value: object, plain: float | None) -> None:
    assert exif.number(value) == plain


@pytest.mark.parametrize(
    ("time", "offset", "said"),
    [
        ("2024:02:29 23:59:59", "+05:30", "2024-02-29T23:59:59+05:30"),
        ("2024:02:29 23:59:59", "-08:00", "2024-02-29T23:59:59-08:00"),
        ("2024:02:29 23:59:59\0", "   :  ", "2024-02-29T23:59:59"),
        ("2024:02:29 23:59:59", "+99:99", "2024-02-29T23:59:59"),
        ("2024:02:29 23:59:59", "+²0:00", "2024-02-29T23:59:59"),
        ("2023:02:29 10:00:00", "+00:00", None),
        ("0000:00:00 00:00:00", None, None),
        (20240229, None, None),
    ],
)
def test_the_moment_keeps_the_cameras_offset(time: object, offset: object, said: str) -> None:
    assert exif.moment(time, offset) == said


def test_bad_exif_refuses_nothing_and_says_nothing() -> None:
    said = describe(opened((ODD / "bad_exif.jpg").read_bytes()))
    assert (said.width, said.camera, said.exposure, said.location) == (800, None, None, None)


@given(st.binary(max_size=300))
def test_any_block_of_bytes_is_read_without_an_error(block: bytes) -> None:
    for start in (b"", b"Exif\0\0", b"Exif\0\0II*\0\x08\0\0\0", b"Exif\0\0MM\0*\0\0\0\x08"):
        for group in exif.groups(start + block):
            assert isinstance(group, dict)


@given(st.integers(0, 399), st.integers(0, 255))
def test_a_wrong_byte_in_a_real_block_refuses_nothing(place: int, value: int) -> None:
    data = bytearray((ODD / "gps_exif.jpg").read_bytes())
    data[30 + place] = value
    describe(opened(bytes(data)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "block",
    [
        b"no header",
        struct.pack("<4sIHHHIiI", b"II*\0", 8, 1, ExifTags.IFD.Exif, 9, 1, -1, 0),
        struct.pack("<4sIHHHIiI", b"II*\0", 8, 1, ExifTags.IFD.GPSInfo, 9, 1, -1, 0),
    ],
    ids=["no header", "exposure", "position"],
)
def test_a_block_without_a_header_or_with_a_pointer_to_nowhere_refuses_nothing(
    kind: str, block: bytes
) -> None:
    photo = opened(as_file(Image.new("RGB", (8, 8)), kind, exif=b"Exif\0\0" + block))
    assert (describe(photo).camera, describe(photo).exposure) == (None, None)


def test_a_block_that_points_into_itself_ends() -> None:
    loop = struct.pack("<HHHIII", 1, 0x8769, 4, 1, 8, 8)
    assert exif.groups(b"Exif\0\0II*\0\x08\0\0\0" + loop)[2] == {}


def test_the_hash_stays_near_when_a_photo_is_shrunk_and_far_from_others() -> None:
    shirts = sorted((SAMPLES / "clothes").rglob("*.jpg"))
    hashes = [int(describe(opened(path.read_bytes())).phash, 16) for path in shirts]
    for path, hashed in zip(shirts, hashes, strict=True):
        image = Image.open(path)
        shrunk = image.resize((image.width * 3 // 5, image.height * 3 // 5))
        again = describe(opened(as_file(shrunk, "JPEG", quality=60))).phash
        assert (int(again, 16) ^ hashed).bit_count() <= 4
    assert min((a ^ b).bit_count() for a in hashes for b in hashes if a != b) > 4
