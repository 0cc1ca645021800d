"""Enough: decides whether a collection has enough new truth for another training."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

CLASSES: Final = 2
PHOTOS: Final = 5
"""So many labels need so many photos each before anything can be learned."""


@dataclass(frozen=True)
class Truth:
    """What people have said of a collection's photos.

    `changed` is how many photos have a new or corrected label since the last finished training,
    whatever its outcome; `learned` whether any training has ended with a model that was judged.
    `classes` are the labelled photos of each class; it is only asked for before that.
    """

    changed: int
    learned: bool
    classes: Mapping[str, int]


@dataclass(frozen=True)
class Verdict:
    """Whether a training is due, and why or why not in words."""

    due: bool
    reason: str


def enough(truth: Truth, retrain_after: int) -> Verdict:
    """Whether it is time to train; a pinned collection trains too, only its pointer stays.

    A collection that has not learned yet is tried again with each new label, once its classes have
    photos enough: a first training that failed for want of photos must not wait for `retrain_after`
    more.
    """
    if truth.changed == 0:
        return Verdict(False, "no label is new")
    if truth.learned:
        due = truth.changed >= retrain_after
        return Verdict(due, f"{truth.changed} of {retrain_after} new or corrected labels")
    ready = sorted(name for name, count in truth.classes.items() if count >= PHOTOS)
    told = f"{len(ready)} of {CLASSES} classes have {PHOTOS} labelled photos"
    return Verdict(len(ready) >= CLASSES, told)
