"""The manifest of a model version: what the folder holds, and how to know that it still does."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

MANIFEST: Final = "manifest.json"
NEAREST: Final = "nearest"
"""The kind of a version that remembers labelled photos; its name begins with it too."""

# Names become parts of keys and of paths, so they can't climb out of their folder.
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


def is_name(text: str) -> bool:
    """True for what can be the name of a version or of one of its files."""
    try:
        _ANY_NAME.validate_python(text)
    except ValidationError:
        return False
    return True


def why(error: ValidationError) -> str:
    """What is wrong first, in one line: pydantic's own text is several, with an address."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]


class BrokenVersion(Exception):
    """A model version that can't answer: a file is missing, changed, or not what it should be."""


@dataclass(frozen=True)
class Stamp:
    """What one file of a version must be: the sha256 in hex and the number of bytes."""

    sha256: str
    bytes: int


def stamp_of(data: bytes) -> Stamp:
    """The stamp of these bytes."""
    return Stamp(hashlib.sha256(data).hexdigest(), len(data))


@dataclass(frozen=True)
class Manifest:
    """One immutable version: `kind` is `backbone`, `head`, `nearest` or `whole`.

    `backbone` names the backbone version whose features it works on and `threshold` (0 to 1) is
    the confidence below which it says `unknown`; a backbone has neither. Beyond the distance
    `farthest` (>= 0) it says `unknown` too; a version without that limit has None. `created` is
    RFC 3339 UTC, `about` tells people where the version comes from.
    """

    collection: str
    version: Name
    kind: str
    backbone: Name | None
    threshold: Annotated[float, Field(ge=0, le=1)] | None
    files: Mapping[Name, Stamp]
    created: str
    about: Mapping[str, str]
    farthest: Annotated[float, Field(ge=0)] | None = None

    def as_json(self) -> bytes:
        """The manifest as it is stored."""
        return _MANIFEST.dump_json(self, indent=1)

    @staticmethod
    def read(data: bytes) -> "Manifest":
        """The manifest in these bytes; raises BrokenVersion when it is none."""
        try:
            return _MANIFEST.validate_json(data)
        except ValidationError as error:
            raise BrokenVersion(f"the manifest can't be read: {why(error)}") from error

    def check(self, name: str, data: bytes | None) -> bytes:
        """The bytes of the file `name`, once they are known to be the right ones.

        Raises BrokenVersion when they are not, or when there are none.
        """
        if data is None:
            raise BrokenVersion(f"{name} is missing")
        if stamp_of(data) != self.files[name]:
            raise BrokenVersion(f"{name} is not the file that was published (sha256 differs)")
        return data


_MANIFEST: Final = TypeAdapter(Manifest)
_ANY_NAME: Final = TypeAdapter(Name)
