"""The current model of a collection, as a challenger meets it: what it says of judged photos."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from functions.classify.model import answering_of
from functions.classify.whole import Whole
from functions.runtime import log
from functions.runtime.database import Document
from functions.runtime.manifest import NEAREST, BrokenVersion
from functions.runtime.models import Models, Reads, Version
from scheduler.backbone.version import VERSION
from scheduler.learning.dataset import Dataset, Rows
from scheduler.learning.judging.cross_validation import Again, Relearned
from scheduler.learning.recipe import CannotLearn
from scheduler.learning.recipes import recipe_of


@dataclass(frozen=True)
class Standing:
    """A current version that has learned from labels, and how to learn it again."""

    version: Version
    again: Again

    def says(self, dataset: Dataset, rows: Rows) -> tuple[str, ...]:
        """What it says of photos it never saw, threshold or not.

        Raises BrokenVersion when nothing in it can be loaded.
        """
        answering = answering_of(self.version)
        answers = (
            answering.answer(dataset.features[row], dataset.pictures.image(dataset.photos[row]))
            if isinstance(answering, Whole)
            else answering.answer(dataset.features[row])
            for row in rows
        )
        return tuple(answer.top[0].category for answer in answers)


def standing_of(storage: Reads, collection: Document) -> Standing | None:
    """The learned version a challenger is held against, or None.

    A `nearest` version is none: it stands in for the first one. Raises Outage.
    """
    models = Models(storage)
    try:
        pointer = models.pointer(collection["_id"])
        if pointer is None:
            return None
        version = models.version(collection["_id"], pointer.version)
        if version.manifest.kind == NEAREST:
            return None
        if version.manifest.backbone != VERSION:
            raise BrokenVersion(f"it needs the backbone {version.manifest.backbone}")
        return Standing(version, _again(version, collection))
    except BrokenVersion as broken:
        told = {"collection": collection["_id"], "reason": str(broken)}
        log.said("the current model can't be compared", **told)
        return None


def _again(version: Version, collection: Document) -> Again:
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
