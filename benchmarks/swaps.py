"""Swaps and a training under load: four clients ask without a pause and note each answer."""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, at_most, percentile
from benchmarks.load import CLIENTS, Load, predict_load
from benchmarks.site import COLLECTION, Site
from benchmarks.trained import trained
from colecionador.client.storage import post, session
from colecionador.files import files_in
from functions.handout.form import Announced, Signer
from functions.handout.handout import HandOut
from functions.learning import activations
from functions.runtime.labels import Labels
from functions.runtime.models import BUCKET, Models
from functions.runtime.storage import Storage
from infra.environment import REGION
from infra.waiting import wait_until

WARDROBE: Final = Path(__file__).parent.parent / "tests" / "samples" / "wardrobe"
SWAPS: Final = 10
QUIET_SECONDS: Final = 15.0
_AROUND_SECONDS: Final = 1.0
_TRAINING_SECONDS: Final = 600.0
_BY: Final = "bench"

Span = tuple[float, float]
"""Beginning and end, in seconds of the monotonic clock."""


def swaps(site: Site) -> Iterator[Figure]:
    """Learn twice and go back and forth under load; functions and scheduler run."""
    first = _learned(site)
    url = f"{site.stack.url('classify')}/predict?collection={COLLECTION}"
    photos = [path.read_bytes() for path in files_in([WARDROBE])[::4]]
    with predict_load(url, photos) as load:
        began = time.monotonic()
        time.sleep(QUIET_SECONDS)
        quiet = (began, time.monotonic())
        Labels.of(site.database).rename(COLLECTION, "hat", "cap", _BY)
        began = time.monotonic()
        second = _trained(site)
        training = (began, time.monotonic())
        moments = [_swapped(site, load, version) for version in (first, second) * (SWAPS // 2)]
    yield from _wrong(site, load, swaps=len(moments) + 1)
    yield from _slowed(load, quiet, training, [at for at, _ in moments])
    slowest = max(seconds for _, seconds in moments)
    yield Figure(
        "from pointer to the last answer of the old version", "s", slowest, goal=at_most(2)
    )


def _wrong(site: Site, load: Load, swaps: int) -> Iterator[Figure]:
    """How many answers failed, and how many were partly of one version, partly of another."""
    # The first answers may be those of what was current before the first training.
    versions = {one.model for one in load.asked if one.model}
    labels = {version: _labels(site, version) for version in versions}
    failed = [one for one in load.asked if one.model is None]
    torn = [one for one in load.asked if one.model and one.category not in labels[one.model]]
    answers = f"of {len(load.asked):,} answers to {CLIENTS} clients, {swaps} swaps"
    yield Figure(f"failed {answers}", "answers", len(failed), goal=at_most(0))
    yield Figure(
        "answers whose version and category disagree", "answers", len(torn), goal=at_most(0)
    )


def _slowed(load: Load, quiet: Span, training: Span, swapped: Sequence[float]) -> Iterator[Figure]:
    """Answers around the moments of swaps, and during a training, against those before."""
    before = percentile(load.between(*quiet), 99)
    swapping = [ms for at in swapped for ms in load.between(at - 0.2, at + _AROUND_SECONDS)]
    for what, taken in (("a swap", swapping), ("a training", load.between(*training))):
        yield Figure(
            f"/predict with {CLIENTS} clients during {what}, p99",
            "ms",
            percentile(taken, 99),
            "the same before",
            before,
            at_most(2, ratio=True),
        )


def _learned(site: Site) -> str:
    """Send the labelled photos and train once; the version."""
    secret = site.stack.secrets["OPERATOR_STORAGE_SECRET"]
    signer = Signer(site.stack.storage_url, "operator", secret, REGION)
    paths = files_in([WARDROBE])
    handout = HandOut.of(site.database, signer)
    sent = []
    with session() as through:
        for path in paths:
            photo = path.read_bytes()
            announced = Announced(path.name, len(photo), "image/jpeg", path.parent.name)
            form = handout.new(COLLECTION, _BY, announced)
            post(through, form, photo)
            sent.append(form.photo)
    rule = {"_id": {"$in": sent}, "state": "ready"}
    wait_until(
        lambda: site.database["photos"].count_documents(rule) == len(paths),
        120,
        "not ready in time",
    )
    return _trained(site)


def _trained(site: Site) -> str:
    """Train; the version that is current then."""
    training = trained(site, COLLECTION, _TRAINING_SECONDS)
    pointer = Models(Storage(site.storage)).pointer(COLLECTION)
    if pointer is None or not pointer.version.startswith("transfer-"):
        raise RuntimeError(f"the training did not become current: {training}")
    return pointer.version


def _swapped(site: Site, load: Load, version: str) -> tuple[float, float]:
    """When the pointer had moved to the version, and the seconds until no other one answered."""
    request = activations.ask(site.database, COLLECTION, version, False, _BY)
    wait_until(
        lambda: activations.outcome(site.database, request) is not None,
        30,
        "nobody activated",
    )
    moved = time.monotonic()
    time.sleep(2 * _AROUND_SECONDS)
    late = [
        one.at + one.ms / 1000 - moved
        for one in load.asked
        if one.at > moved - _AROUND_SECONDS and one.model != version
    ]
    return moved, max([0.0, *late])


def _labels(site: Site, version: str) -> frozenset[str]:
    key = f"{COLLECTION}/{version}/labels.json"
    with site.storage.get_object(bucket_name=BUCKET, object_name=key) as stored:
        return frozenset(json.loads(stored.read()))
