"""The current model of a collection, as a challenger meets it: what it says of judged photos."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.classify.answer import UNKNOWN
from functions.classify.fingerprint import Projection
from functions.classify.model import Loader
from functions.classify.nearest import confidences
from functions.classify.whole import Whole
from functions.runtime import log
from functions.runtime.database import Document
from functions.runtime.manifest import NEAREST, BrokenVersion
from functions.runtime.models import Models, Reads, Version
from scheduler.backbone.version import VERSION
from scheduler.general.fingerprint import FINGERPRINT
from scheduler.learning.dataset import Dataset, Rows
from scheduler.learning.judging.cross_validation import Again, Relearned
from scheduler.learning.recipe import CannotLearn, Watch
from scheduler.learning.recipes import recipe_of


@dataclass(frozen=True)
class Standing:
    """A current version that has learned from labels, and how to learn it again."""

    models: Models
    version: Version
    again: Again

    @property
    def is_learned(self) -> bool:
        """False for a `nearest` version, which remembers photos and has learned nothing."""
        return self.version.manifest.kind != NEAREST

    def says(self, dataset: Dataset, rows: Rows, others: Rows, watch: Watch) -> tuple[str, ...]:
        """What it says of photos it never saw, threshold or not.

        A `nearest` version remembers every labelled photo: it is asked as if it only knew `others`.
        """
        if not self.is_learned:
            return tuple(str(word) for word in self.again(dataset, others, rows, watch))
        answering = Loader(self.models)(self.version).answering
        answers = (
            answering.answer(dataset.features[row], dataset.pictures.image(dataset.photos[row]))
            if isinstance(answering, Whole)
            else answering.answer(dataset.features[row])
            for row in rows
        )
        return tuple(answer.top[0].category for answer in answers)


def standing_of(storage: Reads, collection: Document) -> Standing | None:
    """The version a challenger is held against; None when there is none that could answer.

    Raises Outage.
    """
    models = Models(storage)
    try:
        pointer = models.pointer(collection["_id"])
        if pointer is None:
            return None
        version = models.version(collection["_id"], pointer.version)
        if version.manifest.backbone != VERSION:
            raise BrokenVersion(f"it needs the backbone {version.manifest.backbone}")
        return Standing(models, version, _again(version, collection))
    except BrokenVersion as broken:
        told = {"collection": collection["_id"], "reason": str(broken)}
        log.said("the current model can't be compared", **told)
        return None


def _again(version: Version, collection: Document) -> Again:
    if version.manifest.kind == NEAREST:
        return nearest_again
    try:
        recipe = recipe_of(version.manifest.about.get("recipe", ""), collection)
    except CannotLearn as unknown:
        raise BrokenVersion(f"nobody knows how it was made: {unknown}") from unknown
    return Relearned(recipe, _learned_from(version.files))


def _learned_from(files: Mapping[str, bytes]) -> Mapping[str, str]:
    try:
        photos: Mapping[str, str] = json.loads(files["data.json"])["photos"]
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenVersion(f"data.json does not tell what was learned: {error}") from error
    return photos


_PROJECTION: Final = FINGERPRINT.read_bytes()


def nearest_again(dataset: Dataset, training: Rows, fold: Rows, watch: Watch) -> NDArray[np.str_]:
    """What the nearest of the training photos say of the fold's, as `Again` has it."""
    del watch  # over in a moment
    if not len(training):
        return np.full(len(fold), UNKNOWN)
    fingerprints = Projection.read(_PROJECTION).of(dataset.features)
    cosines = fingerprints[fold] @ fingerprints[training].T
    count = len(dataset.classes)
    said = [confidences(row, dataset.labels[training], count).argmax() for row in cosines]
    return np.array([dataset.classes[label] for label in said])
