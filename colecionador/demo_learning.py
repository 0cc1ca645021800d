"""The second half of the demo: labels, training, gate, swap, and the same photos once more."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from colecionador.operator import Operator
from colecionador.shown import say, show_table
from functions.learning.trainings import Trainings
from functions.runtime.database import Document
from functions.runtime.manifest import NEAREST
from infra.layout import CHECKOUT

WARDROBE: Final = CHECKOUT / "tests" / "samples" / "wardrobe"
"""Labelled photos to learn from; none of them is among the photos sent before."""

_LEAST_RIGHT: Final = 0.8
_PATIENCE_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 0.1

Categories = Mapping[str, str]
"""What a model says of the photos sent before, by photo."""


def learned(operator: Operator, collection: str, truth: Mapping[str, str]) -> Iterator[str]:
    """Teach the collection and ask about the same photos again; `truth` is what they show.

    Yields a sentence for each thing that is not right.
    """
    before = _categories(operator, truth)
    yield from _typed(operator, "import", str(WARDROBE), "--collection", collection, "--wait")
    if not _wait(lambda: _all_say(operator, truth, lambda model: model.startswith(NEAREST))):
        yield "the labels did not change what is said of other photos"
    labelled = _categories(operator, truth)
    yield from _typed(operator, "retrain", collection, "--wait")
    training = Trainings.of(operator.database).finished(collection)[0]
    version = training.get("version")
    if training["state"] != "published":
        yield f"the training ended as {training['state']}: {training['reason']}"
    if not _wait(lambda: _all_say(operator, truth, lambda model: model == version)):
        yield f"not every photo has been looked at by {version}"
    after = _categories(operator, truth)
    yield from _typed(operator, "models", collection)
    shares = _show(truth, before, labelled, after)
    if shares[-1] < max(_LEAST_RIGHT, shares[0]):
        yield f"after the training {shares[-1]:.0%} were right, before it {shares[0]:.0%}"


def _typed(operator: Operator, *words: str) -> Iterator[str]:
    """Run one command of the command line, shown as a person would type it."""
    say(f"$ colecionador {' '.join(_short(word) for word in words)}")
    command = (sys.executable, "-m", "colecionador", "--stack", str(operator.stack.folder), *words)
    code = subprocess.run(command, cwd=CHECKOUT, check=False).returncode
    if code:
        yield f"colecionador {words[0]} ended with {code}"


def _short(word: str) -> str:
    path = Path(word)
    return str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else word


def _records(operator: Operator, photos: Mapping[str, str]) -> list[Document]:
    fields = {"category": 1, "model": 1}
    return list(operator.database["photos"].find({"_id": {"$in": list(photos)}}, fields))


def _categories(operator: Operator, photos: Mapping[str, str]) -> Categories:
    return {str(one["_id"]): str(one["category"]) for one in _records(operator, photos)}


def _all_say(operator: Operator, photos: Mapping[str, str], is_it: Callable[[str], bool]) -> bool:
    return all(is_it(str(one["model"])) for one in _records(operator, photos))


def _wait(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True


def _show(truth: Mapping[str, str], *said: Categories) -> Sequence[float]:
    """A row for each photo, and the share of right ones in each column."""
    columns = ("it shows", "before", "with labels", "after the training")
    rows = [
        (shows, *(one.get(photo, "") for one in said))
        for photo, shows in sorted(truth.items(), key=lambda photo: photo[1])
    ]
    right = [sum(one.get(photo) == shows for photo, shows in truth.items()) for one in said]
    show_table(
        "the same photos, none of which has a label",
        columns,
        [*rows, ("right", *(f"{count} of {len(truth)}" for count in right))],
    )
    return [count / len(truth) for count in right]
