"""The main job on real photos, shown as it happens; exits 0 only if all of it was true."""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from colecionador.demo_learning import learned
from colecionador.ended import ended
from colecionador.operator import Operator, operator_of
from colecionador.sending import Sender, Sent, files_in
from colecionador.shown import say, show_table, span
from functions.runtime.database import Document
from functions.runtime.photo import PhotoRef
from infra.layout import CHECKOUT, Stack
from infra.lifecycle import running

SAMPLES: Final = CHECKOUT / "tests" / "samples"
_CLOTHES: Final = SAMPLES / "clothes"
_PHOTOS: Final = (_CLOTHES, SAMPLES / "phone")
_NO_PHOTO: Final = SAMPLES / "odd" / "text_renamed.jpg"
_COLLECTION: Final = "demo"
_VARIANTS: Final = 10
_FUNCTIONS: Final = ("on_upload", "classify", "augment")


@click.command()
@click.option("--set-up-seconds", type=int, help="How long the set-up before this took.")
def demo(set_up_seconds: int | None) -> None:
    """Start a stack of its own, send photos as a phone does, show what becomes of them."""
    if set_up_seconds is not None:
        say(f"set-up took {set_up_seconds} s")
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="colecionador-demo-") as folder,
        running(Stack.free(Path(folder)), _quiet),
        operator_of(Path(folder)) as operator,
    ):
        say(f"MinIO, Mongo and the functions are ready after {time.monotonic() - began:.1f} s")
        wrong = list(shown(operator))
    for sentence in wrong:
        say(f"not as it should be: {sentence}")
    say("the demo failed" if wrong else "all of it was true")
    sys.exit(1 if wrong else 0)


def shown(operator: Operator) -> Iterator[str]:
    """Send the samples and show them; yields a sentence for each thing that is not right."""
    operator.collections.add("The demo's photos", owner="demo", collection_id=_COLLECTION)
    files = [*files_in(_PHOTOS), _NO_PHOTO]
    say(f"sending {len(files)} files through presigned forms, as a phone does")
    sent = {one.photo: one for one in _sender(operator).send_all(files) if one.photo}
    records = list(ended(operator.database["photos"], list(sent), patience=30))
    ready = [record for record in records if record["state"] == "ready"]
    refused = [record for record in records if record["state"] == "rejected"]
    variants = {record["_id"]: _variants(operator, record) for record in ready}
    _show_ready(ready, sent, variants)
    _show_refused(refused)
    if len(ready) != len(files) - 1:
        yield f"{len(ready)} of {len(files) - 1} photos are ready"
    if [record["filename"] for record in refused] != [_NO_PHOTO.name]:
        yield f"the one file that is no photo was not the one refused: {refused}"
    yield from (f"{photo} has {n} variants" for photo, n in variants.items() if n != _VARIANTS)
    if not any(record["category"] != "unknown" for record in ready):
        yield "no photo has a category"
    clothes = {
        photo: one.path.parent.name for photo, one in sent.items() if _CLOTHES in one.path.parents
    }
    yield from learned(operator, _COLLECTION, clothes)


def _sender(operator: Operator) -> Sender:
    return Sender(operator.handout, _COLLECTION, owner="demo", parallel=1)


def _variants(operator: Operator, record: Document) -> int:
    folder = PhotoRef(record["collection"], record["_id"]).variant("")
    return len(list(operator.storage.list("variants", folder.removesuffix(".jpg"))))


def _show_ready(
    records: Sequence[Document], sent: Mapping[str, Sent], variants: Mapping[str, int]
) -> None:
    rows = [
        (
            f"{sent[record['_id']].path.parent.name}/{record['filename'][:12]}",
            record["category"],
            f"{record['confidence']:.2f}",
            str(variants[record["_id"]]),
            *_steps(record, sent[record["_id"]]),
        )
        for record in records
    ]
    columns = ("photo", "category", "confidence", "variants", "sending")
    show_table("photos", (*columns, "recorded", "category after", "variants after"), rows)


def _steps(record: Document, one: Sent) -> Iterator[str]:
    """How long the sending took, and when after it each function was done."""
    yield span(one.seconds)
    for function in _FUNCTIONS:
        after = (record["functions"][function]["at"] - one.at).total_seconds()
        yield span(max(0.0, after))


def _show_refused(records: Sequence[Document]) -> None:
    rows = [
        (record["filename"], record["error"]["code"], record["error"]["detail"])
        for record in records
    ]
    show_table("refused", ("file", "code", "reason"), rows)


def _quiet(_: str) -> None:
    """The demo shows photos, not how a stack is put together."""


if __name__ == "__main__":
    demo()
