"""Reads what a camera wrote into a photo; whatever can't be read is left out, never an error."""

import math
import struct
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from PIL import ExifTags, Image, TiffImagePlugin

Tags = Mapping[int, object]

LONGEST_TEXT = 100

_NUMBERS = (int, float, TiffImagePlugin.IFDRational)
# What Pillow raises for blocks that are cut, wrongly typed or point outside themselves.
_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    struct.error,
)


def groups(block: bytes | None) -> tuple[Tags, Tags, Tags]:
    """The camera's, the exposure's and the position's tags of a raw Exif block."""
    exif = Image.Exif()
    try:
        exif.load(block or b"")
    except _UNREADABLE:
        return {}, {}, {}
    main: Tags = {tag: _one(exif, tag) for tag in (ExifTags.Base.Make, ExifTags.Base.Model)}
    return main, _group(exif, ExifTags.IFD.Exif), _group(exif, ExifTags.IFD.GPSInfo)


def text(value: object) -> str | None:
    """Printable text of at most 100 characters, up to the first NUL."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    if not isinstance(value, str):
        return None
    printable = "".join(c if c.isprintable() else " " for c in value.partition("\0")[0])
    return " ".join(printable.split())[:LONGEST_TEXT].strip() or None


def number(value: object) -> float | None:
    """A finite number, or nothing; of several (some cameras write ISO twice) the first."""
    if isinstance(value, tuple) and value:
        value = value[0]
    if not isinstance(value, _NUMBERS):
        return None
    try:
        plain = float(value)
    except (ArithmeticError, ValueError):
        return None
    return plain if math.isfinite(plain) else None


def moment(time: object, offset: object) -> str | None:
    """RFC 3339 with the offset the camera gives; local time without one when it gives none."""
    try:
        local = datetime.strptime(text(time) or "", "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    return local.replace(tzinfo=_zone(text(offset) or "")).isoformat()


def _zone(offset: str) -> timezone | None:
    sign, hours, colon, minutes = offset[:1], offset[1:3], offset[3:4], offset[4:]
    digits = hours + minutes
    if sign not in ("+", "-") or colon != ":" or len(digits) != 4 or not digits.isdecimal():
        return None
    away = timedelta(hours=int(hours), minutes=int(minutes))
    if away >= timedelta(days=1):
        return None
    return timezone(away if sign == "+" else -away)


def _one(exif: Image.Exif, tag: int) -> object:
    try:
        return exif.get(tag)
    except _UNREADABLE:
        return None


def _group(exif: Image.Exif, group: int) -> Tags:
    try:
        return exif.get_ifd(group)
    except _UNREADABLE:
        return {}
