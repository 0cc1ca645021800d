"""The main job on real photos, shown as it happens; exits 0 only if all of it was true."""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import click
import requests

from colecionador.client import Answer, Client, Sent
from colecionador.demo_learning import learned
from colecionador.ended import marks_of
from colecionador.files import files_in
from colecionador.shown import say, show_table, span
from colecionador.signed_in import signed_in
from infra.layout import CHECKOUT, Stack
from infra.lifecycle import running

SAMPLES: Final = CHECKOUT / "tests" / "samples"
_CLOTHES: Final = SAMPLES / "clothes"
_PHOTOS: Final = (_CLOTHES, SAMPLES / "phone")
_NO_PHOTO: Final = SAMPLES / "odd" / "text_renamed.jpg"
_VARIANTS: Final = 10
_FUNCTIONS: Final = ("on_upload", "classify", "augment")


@click.command()
@click.option("--set-up-seconds", type=int, help="How long the set-up before this took.")
def demo(set_up_seconds: int | None) -> None:
    """Start a stack of its own, use its api as a phone does, show what becomes of the photos."""
    if set_up_seconds is not None:
        say(f"set-up took {set_up_seconds} s")
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="colecionador-demo-") as folder,
        running(Stack.free(Path(folder)), _quiet) as stack,
        # One after the other, so that the times are those of a photo that comes alone.
        signed_in(stack, parallel=1) as client,
    ):
        say(f"MinIO, Mongo, the functions and the api are ready after {_since(began)}")
        say(f"signed in at {stack.url('api')}, whose calls are described under /docs")
        wrong = list(shown(client))
    for sentence in wrong:
        say(f"not as it should be: {sentence}")
    say("the demo failed" if wrong else "all of it was true")
    sys.exit(1 if wrong else 0)


def shown(client: Client) -> Iterator[str]:
    """Send the samples and show them; yields a sentence for each thing that is not right."""
    collection = client.collections.add("The demo's photos")["id"]
    files = [*files_in(_PHOTOS), _NO_PHOTO]
    say(f"made the collection {collection}; sending {len(files)} files through presigned forms")
    sent = {one.photo: one for one in client.uploads.send_all(collection, files) if one.photo}
    records = list(client.photos.ended(sent, patience=30))
    ready = [record for record in records if record["state"] == "ready"]
    refused = [record for record in records if record["state"] == "rejected"]
    _show_ready(ready, sent)
    _show_refused(refused)
    if len(ready) != len(files) - 1:
        yield f"{len(ready)} of {len(files) - 1} photos are ready"
    if [record["filename"] for record in refused] != [_NO_PHOTO.name]:
        yield f"the one file that is no photo was not the one refused: {refused}"
    for record in ready:
        yield from _wrong_with_links(record)
    if not any(record["category"] != "unknown" for record in ready):
        yield "no photo has a category"
    clothes = {
        photo: one.path.parent.name for photo, one in sent.items() if _CLOTHES in one.path.parents
    }
    yield from learned(client, collection, clothes)


def _wrong_with_links(record: Answer) -> Iterator[str]:
    """A sentence for each variant that is missing, and each link with no picture behind it."""
    variants = record["links"]["variants"]
    if len(variants) != _VARIANTS:
        yield f"{record['filename']} has {len(variants)} variants"
    for link in (record["links"]["image"], *variants.values()):
        answer = requests.get(link, timeout=30)
        if not (answer.ok and answer.content.startswith(b"\xff\xd8")):
            yield f"there is no picture behind {link}: {answer.status_code}"


def _show_ready(records: Sequence[Answer], sent: Mapping[str, Sent]) -> None:
    rows = [
        (
            f"{sent[record['id']].path.parent.name}/{record['filename'][:12]}",
            record["category"],
            f"{record['confidence']:.2f}",
            str(len(record["links"]["variants"])),
            *_steps(record, sent[record["id"]]),
        )
        for record in records
    ]
    columns = ("photo", "category", "confidence", "variants", "sending")
    show_table("photos", (*columns, "recorded", "category after", "variants after"), rows)


def _steps(record: Answer, one: Sent) -> Iterator[str]:
    """How long hand-out, post and commit took, and how long after them each function was done."""
    yield span(one.seconds)
    marks = marks_of(record)
    for function in _FUNCTIONS:
        yield span(max(timedelta(), marks[function] - one.at).total_seconds())


def _show_refused(records: Sequence[Answer]) -> None:
    rows = [
        (record["filename"], record["error"]["code"], record["error"]["detail"])
        for record in records
    ]
    show_table("refused", ("file", "code", "reason"), rows)


def _since(began: float) -> str:
    return span(time.monotonic() - began)


def _quiet(_: str) -> None:
    """The demo shows photos, not how a stack is put together."""


if __name__ == "__main__":
    demo()
