"""Asks for trainings: looks at each collection whether its new labels are enough for one."""

import logging
from collections.abc import Iterator
from typing import Final

from pymongo.database import Database

from functions.learning.enough import CLASSES, PHOTOS, Truth, Verdict, enough
from functions.learning.new_labels import NewLabels
from functions.learning.settings import LearningSettings
from functions.learning.trainings import Trainings
from functions.runtime import log
from functions.runtime.collections import Collections
from functions.runtime.database import Document, outages

BY: Final = "the clock"
"""Who has asked for a training that nobody asked for."""


class Asking:
    """Looks at collections. Every method raises Outage when Mongo can't be used."""

    def __init__(self, database: Database[Document]) -> None:
        self._collections = Collections.of(database)
        self._trainings = Trainings.of(database)
        self._new_labels = NewLabels.of(database)
        self._photos = database["photos"]
        self._labels = database["labels"]

    def ask_where_due(self) -> list[str]:
        """Ask for a training of each collection where one is due; their ids."""
        return [
            collection["_id"] for collection in self._collections.all() if self._asked(collection)
        ]

    def verdict(self, collection: Document) -> Verdict:
        """Whether a training of the collection is due; raises ValueError for wrong settings."""
        after = LearningSettings.of(collection).retrain_after
        name = str(collection["_id"])
        changed = self._new_labels.count(name, most=after)
        learned = changed > 0 and self._trainings.has_judged(name)
        classes = dict(self._classes(name)) if changed and not learned else {}
        return enough(Truth(changed, learned, classes), after)

    def _asked(self, collection: Document) -> bool:
        name = collection["_id"]
        if collection.get("recognizer") != "whole" or collection.get("deletion"):
            return False
        if self._trainings.open_of(name) is not None:
            return False
        try:
            verdict = self.verdict(collection)
        except ValueError as wrong:
            told = {"collection": name, "reason": str(wrong)}
            log.said("a collection's settings are wrong", logging.WARNING, **told)
            return False
        if verdict.due:
            recipe = collection.get("classifier", "transfer")
            training = self._trainings.ask(name, recipe, BY)
            told = {"collection": name, "training": training, "reason": verdict.reason}
            log.said("a training is due", **told)
        return verdict.due

    def _classes(self, name: str) -> Iterator[tuple[str, int]]:
        """Labelled photos by class, as far as the decision needs them."""
        with outages():
            labels = [row["label"] for row in self._labels.find({"collection": name})]
        ready = 0
        for label in labels:
            rule = {"collection": name, "label": label}
            with outages():
                count = self._photos.count_documents(rule, limit=PHOTOS)
            yield label, count
            ready += count >= PHOTOS
            if ready >= CLASSES:
                return
