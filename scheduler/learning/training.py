"""One training from labels to pointer: read, learn, judge, decide, publish, swap."""

import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal, TypeAlias

import numpy as np
from pymongo.database import Database

from functions.learning.settings import LearningSettings
from functions.runtime.collections import Collections
from functions.runtime.database import Document
from functions.runtime.faults import Outage
from functions.runtime.storage import Storage
from scheduler.learning.already import digest_of, made_of
from scheduler.learning.challenger import Challenger, Limits
from scheduler.learning.dataset import HELD_OUT, NO_SIDE, Dataset
from scheduler.learning.judging.contest import Contest, contest, learned_rows
from scheduler.learning.judging.gate import Decision, Evidence, decide
from scheduler.learning.judging.standing import Standing, standing_of
from scheduler.learning.photos.reading import Reading, read_dataset
from scheduler.learning.photos.variant_features import with_variants
from scheduler.learning.queue.lease import Lease
from scheduler.learning.queue.outcome import Outcome
from scheduler.learning.recipe import CannotLearn, Progress, Watch
from scheduler.learning.recipes import recipe_of
from scheduler.publish import publish
from scheduler.retention import Retention
from scheduler.swap import swap

Ended: TypeAlias = Literal["published", "kept"]

_PATIENCE_SECONDS: Final = 10.0
_AGAIN_SECONDS: Final = 0.2
_NOTHING_NEW: Final = "Nothing is new since {}: the same photos, labels and variants."
_PINNED: Final = "{} But people have pinned {}, which goes on answering."


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
    may_learn = np.flatnonzero(~np.isin(reading.dataset.sides, (HELD_OUT, NO_SIDE)))
    dataset = with_variants(reading.dataset, may_learn, database, storage, watch, threads)
    digest = digest_of(dataset, recipe)
    same = made_of(digest, collection, storage, database)
    if same is not None:
        reason = _told(_NOTHING_NEW.format(same), reading)
        return Outcome("kept", reason, labels_until=reading.labels_until, digest=digest)

    standing = standing_of(storage, collection)
    fitted = recipe.fit(dataset, *learned_rows(dataset, recipe), watch)
    found = contest(dataset, recipe, fitted, standing, watch)
    decision = _decision(dataset, found, standing, settings)
    challenger = Challenger(
        dataset=dataset,
        recipe=recipe,
        fitted=fitted,
        contest=found,
        limits=Limits.chosen(settings.precision, found.own),
        decision=decision,
        parent=standing.version.manifest.version if standing else None,
        precision=settings.precision,
        made_at=datetime.now(UTC),
        seconds=time.monotonic() - began,
    )
    watch(Progress("publishing", 0.0))
    with TemporaryDirectory() as into:
        publish(storage, challenger.folder().write(Path(into)))
    state, reason = _swapped(challenger, training["asked_by"], storage, database, watch)
    told = {"publish": decision.publish, "reason": decision.reason, **decision.numbers}
    reason = _told(reason, reading)
    return Outcome(state, reason, challenger.version, told, reading.labels_until, digest)


def _settings(collection: Document) -> LearningSettings:
    try:
        return LearningSettings.of(collection)
    except ValueError as wrong:
        raise CannotLearn(f"The settings of {collection['_id']} are wrong: {wrong}") from wrong


def _told(reason: str, reading: Reading) -> str:
    """The reason, and why labelled photos were left out."""
    return " ".join([reason, *reading.left_out])


def _decision(
    dataset: Dataset, found: Contest, standing: Standing | None, settings: LearningSettings
) -> Decision:
    best = found.judged.probabilities.argmax(axis=1)
    evidence = Evidence(
        found.way,
        truth=[dataset.classes[label] for label in found.judged.truth],
        challenger=[dataset.classes[label] for label in best],
        current=found.current,
    )
    in_use = {name for name, count in dataset.counts().items() if count}
    return decide(evidence, in_use, standing is None, settings.margin, settings.floor)


def _take(lease: Lease, collection: str) -> None:
    """Whoever moves the pointer is done in a moment, and all that was learned would be lost."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while not lease.take():
        if time.monotonic() > until:
            raise Outage(f"somebody else moves the pointer of {collection}")
        time.sleep(_AGAIN_SECONDS)


def _swapped(
    challenger: Challenger,
    by: str,
    storage: Storage,
    database: Database[Document],
    watch: Watch,
) -> tuple[Ended, str]:
    """The training's end and its reason, with the pointer moved if it may be."""
    name, decision = challenger.dataset.collection, challenger.decision
    if not decision.publish:
        return "kept", decision.reason
    lease = Lease.of(database, f"models/{name}")
    _take(lease, name)
    try:
        pinned = (Collections.of(database).get(name) or {}).get("pinned")
        if pinned:
            return "kept", _PINNED.format(decision.reason, pinned)
        # The last moment at which this training may have been cancelled, or become another's.
        watch(Progress("swapping", 0.0))
        swap(storage, database, name, challenger.version, by, decision.reason)
        Retention(storage, database).tidy(name)
    finally:
        lease.release()
    return "published", decision.reason
