"""The second half of the demo: labels, training, gate, swap, and the same photos once more."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from colecionador.client import Answer, Client
from colecionador.files import files_in
from colecionador.shown import live_line, say, show_table
from colecionador.training_shown import line_of
from functions.runtime.manifest import NEAREST
from infra.layout import CHECKOUT

WARDROBE: Final = CHECKOUT / "tests" / "samples" / "wardrobe"
"""Photos to label and to learn from; none of them is among the photos sent before."""

_LEAST_RIGHT: Final = 0.8
_PATIENCE_SECONDS: Final = 60.0

Truth = Mapping[str, str]
"""What the photos sent before show, by photo."""

Categories = Mapping[str, str]
"""What a model says of them."""


def learned(client: Client, collection: str, truth: Truth) -> Iterator[str]:
    """Teach the collection and ask about the same photos again.

    Yields a sentence for each thing that is not right.
    """
    before = _categories(client, truth)
    yield from _labelled(client, collection)
    nearest = _nearest(client, collection, photos=len(files_in([WARDROBE])))
    if not _heard(client, truth, lambda model: model == nearest):
        yield "the labels did not change what is said of other photos"
    labelled = _categories(client, truth)
    training = _trained(client, collection)
    if training["state"] != "published":
        yield f"the training ended as {training['state']}: {training['reason']}"
    version = training["version"]
    if client.learning.models(collection)["current"] != version:
        yield f"{version} was published, but does not answer"
    if not _heard(client, truth, lambda model: model == version):
        yield f"not every photo has been looked at by {version}"
    after = _categories(client, truth)
    shares = _show(truth, before, labelled, after)
    if shares[-1] < max(_LEAST_RIGHT, shares[0]):
        yield f"after the training {shares[-1]:.0%} were right, before it {shares[0]:.0%}"


def _labelled(client: Client, collection: str) -> Iterator[str]:
    """Send the photos to learn from, and say what they show once they are there."""
    files = files_in([WARDROBE])
    sent = {one.photo: one for one in client.uploads.send_all(collection, files) if one.photo}
    ready = list(client.photos.ended(sent, _PATIENCE_SECONDS))
    if [record["state"] for record in ready] != ["ready"] * len(files):
        yield f"not all of the {len(files)} photos to learn from are ready"
    labels = {photo: one.path.parent.name for photo, one in sent.items()}
    first, *_ = labels
    said = client.photos.label(first, labels[first])
    if said["label"] != labels[first]:
        yield f"a label was not taken: {said}"
    client.photos.label_many(collection, labels)
    told = client.collections.get(collection)["labels"]
    say(f"{len(labels)} other photos sent and labelled: {', '.join(map(str, told))}")


def _nearest(client: Client, collection: str, photos: int) -> str | None:
    """The version that knows the labels of so many photos, once it is there.

    The first of several labels already makes a version, so this may be the second or third.
    """
    with client.events(patience=_PATIENCE_SECONDS) as events:
        for _ in chain((None,), events):
            versions = client.learning.models(collection)["items"]
            known = {one["photos"]: one["version"] for one in versions if one["kind"] == NEAREST}
            if photos in known:
                return str(known[photos])
    return None


def _trained(client: Client, collection: str) -> Answer:
    """Ask for a training and show it until it is finished."""
    asked = client.learning.retrain(collection)
    told, training = "", {}
    with live_line() as show:
        for training in client.learning.progress(asked):
            line = f"training: {line_of(training)}"
            # Epochs go by too quickly to read each in a line of its own.
            phase = line.partition(",")[0]
            if not show(line, training["progress"]) and phase != told:
                say(phase)
            told = phase
    say(f"{training['state']}: {training['reason']}")
    return training


def _heard(client: Client, photos: Truth, is_it: Callable[[str], bool]) -> bool:
    """Listen until a model that `is_it` has spoken of each photo; False when time is over."""
    with client.events(patience=_PATIENCE_SECONDS) as events:
        left = _others(client, photos, is_it)
        for event in events if left else ():
            asked = left if event.kind == "reset" else left & {event.told.get("photo", "")}
            left -= asked - _others(client, asked, is_it)
            if not left:
                break
    return not left


def _others(client: Client, photos: Iterable[str], is_it: Callable[[str], bool]) -> set[str]:
    """Those of the photos of which another model spoke last."""
    return {photo for photo in photos if not is_it(client.photos.get(photo)["model"])}


def _categories(client: Client, photos: Truth) -> Categories:
    return {photo: client.photos.get(photo)["category"] for photo in photos}


def _show(truth: Truth, *said: Categories) -> Sequence[float]:
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
