"""What is told of a photo."""

from typing import Literal

from functions.api.schema import Time, Told

State = Literal["expected", "expired", "received", "ready", "rejected", "failed", "removed"]


class Location(Told):
    """Where a photo was taken: degrees north and east (WGS 84), metres above the sea."""

    latitude: float
    longitude: float
    altitude: float | None


class Finding(Told):
    """One thing found; `box` is [x, y, width, height] in upright pixels of the image."""

    id: str
    box: tuple[float, float, float, float]
    category: str | None
    confidence: float | None
    label: str | None


class FunctionMark(Told):
    """What one function last said of the photo's present bytes."""

    state: str
    version: str
    at: Time
    code: str | None
    reason: str | None


class PhotoError(Told):
    """Why a photo was rejected or failed; `code` is listed in docs/errors.md."""

    code: str
    detail: str
    function: str
    at: Time


class ItemLinks(Told):
    """Links that need no token, good until `links_expire`; null while there is nothing behind."""

    original: str | None
    image: str | None
    thumbnail: str | None
    rendered: str | None


class Links(ItemLinks):
    """With those of the variants, by name."""

    variants: dict[str, str]


class PhotoItem(Told):
    """One photo in a list."""

    id: str
    collection: str
    owner: str | None
    state: State
    pending: list[str]
    uploaded_at: Time
    filename: str | None
    type: str | None
    size: int | None
    width: int | None
    height: int | None
    sha256: str | None
    label: str | None
    category: str | None
    confidence: float | None
    model: str | None
    functions: dict[str, FunctionMark]
    links: ItemLinks
    links_expire: Time
    error: PhotoError | None


class PhotoTold(PhotoItem):
    """A photo with everything that is known of it.

    `taken_at` is RFC 3339, without an offset when the camera gave none.
    """

    taken_at: str | None
    camera: str | None
    location: Location | None
    findings: list[Finding]
    links: Links
