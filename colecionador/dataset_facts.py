"""What can be counted of a collection's photos from their records; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from functions.runtime.database import Document
from functions.runtime.labels import WITHOUT_PHOTO

NOT_YET: Final = "not yet"
SIDES: Final = ("train", "validation", "held out", "none", NOT_YET)
"""The sides of the split; a photo without the field has not been split yet."""


@dataclass(frozen=True)
class Class:
    """One label: its photos, and how many of them are on each side."""

    label: str
    photos: int
    sides: Mapping[str, int]


@dataclass(frozen=True)
class Span:
    """The least, the middle and the largest of some numbers."""

    least: float
    median: float
    most: float


@dataclass(frozen=True)
class Facts:
    """A collection as a data set: `classes` with most photos first, `sizes` by what is measured.

    `alike_groups` are groups of at least two photos that look alike, `alike_photos` all in them.
    """

    collection: str
    photos: int
    unlabelled: int
    classes: Sequence[Class]
    sizes: Mapping[str, Span]
    alike_groups: int
    alike_photos: int


def facts(collection: str, records: Iterable[Document]) -> Facts:
    """Count the photos of these records; those that never came, or went, are no photos."""
    photos = [one for one in records if one["state"] not in WITHOUT_PHOTO]
    likes = Counter(one["like"] for one in photos if one.get("like"))
    groups = [count for count in likes.values() if count > 1]
    return Facts(
        collection,
        len(photos),
        sum(not one.get("label") for one in photos),
        _classes(photos),
        dict(_sizes(photos)),
        len(groups),
        sum(groups),
    )


def _classes(photos: Iterable[Document]) -> list[Class]:
    by_label: dict[str, list[str]] = defaultdict(list)
    for one in photos:
        if one.get("label"):
            by_label[one["label"]].append(one.get("side") or NOT_YET)
    found = [
        Class(label, len(sides), {side: sides.count(side) for side in SIDES})
        for label, sides in by_label.items()
    ]
    return sorted(found, key=lambda one: (-one.photos, one.label))


def _sizes(photos: Sequence[Document]) -> Iterable[tuple[str, Span]]:
    for name, field in (("width", "width"), ("height", "height"), ("bytes", "size")):
        values = [float(one[field]) for one in photos if one.get(field)]
        if values:
            yield name, Span(min(values), median(values), max(values))
