"""`colecionador activate` and `unpin`: go to another model version, and stay with it or not."""

import time
from typing import Final

import click

from colecionador.operator import Operator, with_operator
from colecionador.shown import say
from functions.learning import activations
from functions.runtime.database import Document
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import GENERAL, Models
from scheduler import model_log

WAIT_SECONDS: Final = 20.0
_LOOK_EVERY_SECONDS: Final = 0.1


@click.command()
@click.argument("collection")
@click.argument("version")
@with_operator
def activate(operator: Operator, collection: str, version: str) -> None:
    """Let VERSION answer for COLLECTION and pin it there, until `unpin` lets trainings decide.

    VERSION is a name that `models` lists, `previous`, or `general` for the built-in model.
    """
    operator.collection(collection)
    version = _previous(operator, collection) if version == "previous" else version
    _carried_out(operator, collection, version)
    say(f"{version} answers for {collection}, and is pinned until you unpin it.")


@click.command()
@click.argument("collection")
@with_operator
def unpin(operator: Operator, collection: str) -> None:
    """Let trainings decide again which version answers for COLLECTION."""
    pinned = operator.collection(collection).get("pinned")
    if pinned is None:
        say(f"No version of {collection} is pinned.")
        return
    _carried_out(operator, collection, None)
    say(f"{pinned} answers on, and the next better version takes its place.")


def _previous(operator: Operator, collection: str) -> str:
    try:
        pointer = Models(operator.storage).pointer(collection)
    except BrokenVersion as broken:
        raise click.ClickException(f"In the models of {collection}, {broken}.") from broken
    if pointer is not None:
        return pointer.previous or GENERAL
    for line in model_log.read(operator.database, collection, limit=1):
        if line["previous"]:
            return str(line["previous"])
    raise click.ClickException(f"{collection} has had no model of its own yet.")


def _carried_out(operator: Operator, collection: str, version: str | None) -> None:
    """Ask the scheduler and wait for it; raises click.ClickException when it refuses."""
    by = operator.stack.secrets["ADMIN_USER"]
    request = activations.ask(operator.database, collection, version, version is not None, by)
    settled = _settled(operator, request)
    if settled is None:
        raise click.ClickException(
            f"The scheduler has not answered for {WAIT_SECONDS:.0f} s; "
            "it will do what you asked as soon as it can. `colecionador status` shows how it is."
        )
    if settled["state"] != "done":
        raise click.ClickException(str(settled["reason"]))


def _settled(operator: Operator, request: str) -> Document | None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        settled = activations.outcome(operator.database, request)
        if settled is not None:
            return settled
        time.sleep(_LOOK_EVERY_SECONDS)
    return None
