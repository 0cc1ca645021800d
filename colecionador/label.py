"""`colecionador label` and `colecionador labels`: what people say of photos."""

import click

from colecionador.find import find_one
from colecionador.operator import Operator, with_operator
from colecionador.shown import say
from functions.runtime.labels import Labels
from scheduler.label_restore import restore


@click.command()
@click.argument("photo")
@click.argument("text", metavar="[LABEL]", required=False)
@click.option("--none", "nothing", is_flag=True, help="Take the label away.")
@with_operator
def label(operator: Operator, photo: str, text: str | None, nothing: bool) -> None:
    """Say that PHOTO shows LABEL: PHOTO is an id, a part of it, a file name or a key."""
    if nothing == (text is not None):
        raise click.UsageError("Name a LABEL, or --none to take it away.")
    found = find_one(operator, photo)
    if found.photo is None:
        raise click.ClickException(f"uploads/{found.key} is no photo.")
    try:
        record = Labels.of(operator.database).put(found.id, text, _admin(operator))
    except ValueError as reason:
        raise click.ClickException(str(reason)) from reason
    said = f"is labelled {record['label']}" if record.get("label") else "has no label"
    say(f"photo {found.id} {said}")


@click.group()
def labels() -> None:
    """Rename the labels of a collection, or get them back from their log."""


@labels.command()
@click.argument("collection")
@click.argument("old")
@click.argument("new")
@with_operator
def rename(operator: Operator, collection: str, old: str, new: str) -> None:
    """Call the label OLD of every photo NEW; where photos have NEW already, the two become one."""
    operator.collection(collection)
    try:
        count = Labels.of(operator.database).rename(collection, old, new, _admin(operator))
    except ValueError as reason:
        raise click.ClickException(str(reason)) from reason
    say(f"{_photos(count)} changed")


@labels.command(name="restore")
@click.argument("collection")
@with_operator
def restore_labels(operator: Operator, collection: str) -> None:
    """Put labels back from the log, after Mongo was lost and `reconcile` found the photos again."""
    operator.collection(collection)
    try:
        told = restore(operator.storage, operator.database, collection)
    except ValueError as reason:
        raise click.ClickException(str(reason)) from reason
    say(f"given back to {_photos(told.restored)}")
    say(f"left as they are: {_photos(told.left)}")
    say(f"not there, or with other bytes: {_photos(told.absent)}")


def _admin(operator: Operator) -> str:
    return operator.stack.secrets["ADMIN_USER"]


def _photos(count: int) -> str:
    return "1 photo" if count == 1 else f"{count:,} photos"
