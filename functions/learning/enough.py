"""Enough: decides whether a collection has enough new truth for another training."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

CLASSES: Final = 2
PHOTOS: Final = 5
"""So many labels need so many photos each before anything can be learned."""

LEAST: Final = 2
"""Photos a label needs to take part once there are labels enough."""


@dataclass(frozen=True)
class Truth:
    """What people have said of a collection's photos.

    `changed` is how many photos have a new or corrected label since the last finished training,
    whatever its outcome; `learned` whether any training has ended with a model that was judged.
    `classes` are the labelled photos of each class; only before that they decide anything.
    """

    changed: int
    learned: bool
    classes: Mapping[str, int]


@dataclass(frozen=True)
class Verdict:
    """Whether a training is due, why or why not in words, and how many labels it still needs."""

    due: bool
    reason: str
    needed: int


def enough(truth: Truth, retrain_after: int) -> Verdict:
    """Whether it is time to train; a pinned collection trains too, only its pointer stays.

    A collection that has not learned yet is tried again with each new label, once its classes have
    photos enough: a first training that failed for want of photos must not wait for `retrain_after`
    more.
    """
    needed = max(0, retrain_after - truth.changed) if truth.learned else _first(truth)
    if truth.changed == 0:
        return Verdict(False, "no label is new", needed)
    if truth.learned:
        told = f"{truth.changed} of {retrain_after} new or corrected labels"
    else:
        told = f"{_ready(truth.classes)} of {CLASSES} classes have {PHOTOS} labelled photos"
    return Verdict(needed == 0, told, needed)


def missing(classes: Mapping[str, int]) -> Mapping[str, int]:
    """How many more labelled photos each of these labels needs before it is learned."""
    least = LEAST if _ready(classes) >= CLASSES else PHOTOS
    return {label: max(0, least - count) for label, count in classes.items()}


def _first(truth: Truth) -> int:
    """How many labels the first training needs, given to the labels that are nearest to it."""
    largest = sorted((*truth.classes.values(), *[0] * CLASSES), reverse=True)[:CLASSES]
    short = sum(max(0, PHOTOS - count) for count in largest)
    # With photos enough it waits for a new word: the last one came to nothing.
    return short if truth.changed else max(1, short)


def _ready(classes: Mapping[str, int]) -> int:
    return sum(count >= PHOTOS for count in classes.values())
