"""What is asked and told of uploads."""

import unicodedata
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, SkipValidation
from pydantic_core import PydanticCustomError

from functions.api.document import Problem
from functions.api.photos.schemas import PhotoTold
from functions.api.schema import Given, Time, Told
from functions.runtime.label import clean
from functions.runtime.storage import MOST_BYTES

MOST_AT_ONCE: Final = 100
"""Uploads of one batch."""

_UNSTORABLE: Final = frozenset({"Cc", "Cs"})
"""Unicode's control characters, and halves of surrogate pairs, which UTF-8 can't say."""


def _plain(name: str) -> str:
    if any(unicodedata.category(sign) in _UNSTORABLE for sign in name):
        raise PydanticCustomError("filename", "A filename can't hold control characters.")
    return name


def _label(text: str) -> str:
    try:
        return clean(text)
    except ValueError as wrong:
        raise PydanticCustomError("label", "{sentence}", {"sentence": str(wrong)}) from None


class UploadAsked(Given):
    """A photo that is to come: `size` in bytes, `sha256` in hex.

    The filename is only a text. `type` is what the picker says; `application/octet-stream`, or
    none, is fine for pictures too. The label counts once, while nobody has labelled the photo.
    """

    filename: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_plain)]
    size: int = Field(strict=True, json_schema_extra={"minimum": 1, "maximum": MOST_BYTES})
    type: str | None = Field(default=None, max_length=255, pattern=r"^[ -~]*$")
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    label: Annotated[str, AfterValidator(_label)] | None = None


class BatchAsked(Given):
    """Several photos that are to come."""

    # Each is looked at alone: one that is wrong keeps no other from coming.
    uploads: list[SkipValidation[UploadAsked]] = Field(min_length=1, max_length=MOST_AT_ONCE)


class HandedOut(Told):
    """A form: all `fields` as they are, then the field `file`, go to `url` as a multipart POST.

    Storage answers 204 when the photo is stored; the form is good until `expires`, for
    `expires_in` seconds.
    """

    photo: str
    url: str
    method: Literal["POST"] = "POST"
    fields: dict[str, str]
    expires: Time
    expires_in: int
    max_bytes: int


class Duplicate(Told):
    """The photo is here already: nothing has to be sent."""

    photo: str
    duplicate: Literal[True] = True
    record: PhotoTold


class BatchTold(Told):
    """For each upload of the batch, in its order, what it would have been answered alone."""

    items: list[HandedOut | Duplicate | Problem]
