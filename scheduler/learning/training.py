"""One training from labels to pointer: read, learn, judge, decide, publish, swap."""

import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pymongo.database import Database

from functions.learning.settings import LearningSettings
from functions.runtime.database import Document
from functions.runtime.storage import Storage
from scheduler.learning.already import digest_of, made_of
from scheduler.learning.challenger import Challenger, Limits
from scheduler.learning.dataset import TRAIN, VALIDATION, Dataset
from scheduler.learning.judging.contest import contest, learned_rows
from scheduler.learning.judging.gate import decide
from scheduler.learning.judging.standing import Standing, standing_of
from scheduler.learning.photos.reading import read_dataset
from scheduler.learning.photos.variant_features import with_variants
from scheduler.learning.pointer import move_pointer
from scheduler.learning.queue.outcome import Outcome
from scheduler.learning.recipe import CannotLearn, Progress, Recipe, Watch
from scheduler.learning.recipes import recipe_of
from scheduler.publish import publish

_NOTHING_NEW: Final = "Nothing is new since {}: the same photos, labels and variants."


def train(
    collection: Document,
    training: Document,
    storage: Storage,
    database: Database[Document],
    watch: Watch,
    threads: int = 1,
) -> Outcome:
    """Carry out one training. The pointer moves last, and only if the gate lets it.

    Raises CannotLearn with a sentence when there is too little to learn from, Outage, OSError when
    this machine's disk is full, and what `watch` raises.
    """
    began = time.monotonic()
    settings, recipe = _settings(collection), recipe_of(training["recipe"], collection)
    watch(Progress("reading", 0.0))
    reading = read_dataset(database, storage, collection["_id"])
    may_learn = reading.dataset.on(TRAIN, VALIDATION)
    dataset = with_variants(reading.dataset, may_learn, database, storage, watch, threads)
    digest, until = digest_of(dataset, recipe), reading.labels_until
    same = made_of(digest, collection, storage, database)
    if same is not None:
        reason = reading.told(_NOTHING_NEW.format(same))
        return Outcome("kept", reason, labels_until=until, digest=digest)
    standing = standing_of(storage, collection)
    challenger = _challenger(dataset, recipe, standing, settings, watch, began)
    watch(Progress("publishing", 0.0))
    with TemporaryDirectory() as into:
        publish(storage, challenger.folder().write(Path(into)))
    state, reason = move_pointer(challenger, training["asked_by"], storage, database, watch)
    decision = challenger.decision
    told = {"publish": decision.publish, "reason": decision.reason, **decision.numbers}
    return Outcome(state, reading.told(reason), challenger.version, told, until, digest)


def _challenger(
    dataset: Dataset,
    recipe: Recipe,
    standing: Standing | None,
    settings: LearningSettings,
    watch: Watch,
    began: float,
) -> Challenger:
    """Learned, judged beside the current model, and decided on."""
    fitted = recipe.fit(dataset, *learned_rows(dataset, recipe), watch)
    found = contest(dataset, recipe, fitted, standing, watch)
    in_use = {name for name, count in dataset.counts().items() if count}
    evidence = found.evidence(dataset.classes)
    return Challenger(
        dataset=dataset,
        recipe=recipe,
        fitted=fitted,
        contest=found,
        limits=Limits.chosen(settings.precision, found.own),
        decision=decide(evidence, in_use, standing is None, settings.margin, settings.floor),
        parent=standing.version.manifest.version if standing else None,
        precision=settings.precision,
        made_at=datetime.now(UTC),
        seconds=time.monotonic() - began,
    )


def _settings(collection: Document) -> LearningSettings:
    try:
        return LearningSettings.of(collection)
    except ValueError as wrong:
        raise CannotLearn(f"The settings of {collection['_id']} are wrong: {wrong}") from wrong
