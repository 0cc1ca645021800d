"""What a photo's record says about the photo itself; pure."""

from dataclasses import dataclass

import imagehash
from PIL import ExifTags

from functions.on_upload import exif
from functions.pictures.photo import Photo

_BASE, _GPS = ExifTags.Base, ExifTags.GPS
# The hash sees 9x8 points; this many pixels a side are plenty and quick to shrink.
_HASHED_SIDE = 200


@dataclass(frozen=True)
class Exposure:
    """Shutter time in seconds, f-number, ISO speed, focal length in millimetres."""

    time: float | None
    f_number: float | None
    iso: float | None
    focal_length: float | None


@dataclass(frozen=True)
class Location:
    """Degrees north and east (WGS 84), metres above the sea."""

    latitude: float
    longitude: float
    altitude: float | None


@dataclass(frozen=True)
class Description:
    """The fields of a photo's record that follow from its bytes alone.

    `size` in bytes, `width` and `height` upright, `phash` 16 hex digits (the difference hash),
    `taken_at` RFC 3339, without an offset when the camera gave none.
    """

    size: int
    type: str
    width: int
    height: int
    sha256: str
    phash: str
    taken_at: str | None
    camera: str | None
    lens: str | None
    exposure: Exposure | None
    location: Location | None


def describe(photo: Photo) -> Description:
    """Describe an opened photo; Exif that can't be read gives empty fields."""
    camera, shot, position = exif.groups(photo.exif)
    return Description(
        size=photo.size,
        type=photo.type,
        width=photo.width,
        height=photo.height,
        sha256=photo.sha256,
        phash=_phash(photo),
        taken_at=exif.moment(shot.get(_BASE.DateTimeOriginal), shot.get(_BASE.OffsetTimeOriginal)),
        camera=_camera(exif.text(camera.get(_BASE.Make)), exif.text(camera.get(_BASE.Model))),
        lens=exif.text(shot.get(_BASE.LensModel)),
        exposure=_exposure(shot),
        location=_location(position),
    )


def _phash(photo: Photo) -> str:
    """Imagehash's difference hash: as steady as its DCT hash on re-encoded and shrunk photos.

    The DCT hash would import SciPy, which costs half a second of start and 27 MB.
    """
    factor = max(1, max(photo.image.size) // _HASHED_SIDE)
    return str(imagehash.dhash(photo.image.reduce(factor)))


def _camera(make: str | None, model: str | None) -> str | None:
    """Maker and model, said once when the model begins with its maker ("Canon EOS 7D")."""
    if make and model and not model.lower().startswith(make.lower()):
        return f"{make} {model}"
    return model or make


def _exposure(shot: exif.Tags) -> Exposure | None:
    found = [
        exif.number(shot.get(tag))
        for tag in (_BASE.ExposureTime, _BASE.FNumber, _BASE.ISOSpeedRatings, _BASE.FocalLength)
    ]
    return None if found == [None] * 4 else Exposure(*found)


def _location(position: exif.Tags) -> Location | None:
    latitude = _degrees(position.get(_GPS.GPSLatitude), position.get(_GPS.GPSLatitudeRef), "NS")
    longitude = _degrees(position.get(_GPS.GPSLongitude), position.get(_GPS.GPSLongitudeRef), "EW")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    if latitude == longitude == 0:  # what receivers write before they know
        return None
    return Location(latitude, longitude, _altitude(position))


def _degrees(value: object, side: object, sides: str) -> float | None:
    """Degrees from (degrees, minutes, seconds) and a letter; `sides` is plus, then minus."""
    letter = (exif.text(side) or "").upper()
    if not isinstance(value, tuple) or len(value) != 3 or letter not in tuple(sides):
        return None
    degrees, minutes, seconds = (exif.number(part) for part in value)
    if degrees is None or minutes is None or seconds is None:
        return None
    size = round(degrees + minutes / 60 + seconds / 3600, 7)
    return size if letter == sides[0] else -size


def _altitude(position: exif.Tags) -> float | None:
    metres = exif.number(position.get(_GPS.GPSAltitude))
    below = position.get(_GPS.GPSAltitudeRef) in (1, b"\x01")
    return -metres if metres is not None and below else metres
