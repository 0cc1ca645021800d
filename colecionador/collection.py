"""`colecionador collection`: make collections, list them, and set how they learn."""

import click

from colecionador.operator import Operator, with_operator
from colecionador.shown import moment, say, show_table
from functions.learning import settings as learning_settings
from functions.learning.settings import CLASSIFIERS
from functions.runtime.database import outages


@click.group()
def collection() -> None:
    """Make collections, list them, and set how they learn."""


@collection.command()
@click.argument("name")
@click.option("--id", "collection_id", help="The id in keys and paths; made from NAME without it.")
@with_operator
def add(operator: Operator, name: str, collection_id: str | None) -> None:
    """Make the collection NAME, owned by the stack's first user."""
    try:
        made = operator.collections.add(name, operator.stack.secrets["ADMIN_USER"], collection_id)
    except ValueError as reason:
        raise click.ClickException(str(reason)) from reason
    say(f"made the collection {made['_id']}")


@collection.command(name="list")
@with_operator
def list_all(operator: Operator) -> None:
    """Every collection."""
    rows = [
        (found["_id"], found.get("name", ""), found.get("owner", ""), moment(found["created_at"]))
        for found in operator.collections.all()
    ]
    show_table("collections", ("id", "name", "owner", "made"), rows)


@collection.command(name="set")
@click.argument("collection_id", metavar="COLLECTION")
@click.argument("settings", metavar="NAME=VALUE...", nargs=-1, required=True)
@with_operator
def set_(operator: Operator, collection_id: str, settings: tuple[str, ...]) -> None:
    """Set how COLLECTION learns, such as `classifier=cnn` or `retrain_after=50`."""
    try:
        changes = dict(_change(setting) for setting in settings)
    except ValueError as reason:
        raise click.ClickException(str(reason)) from reason
    with outages():
        rule = {"_id": collection_id}
        found = operator.database["collections"].update_one(rule, {"$set": changes})
    if not found.matched_count:
        raise click.ClickException(f"There is no collection {collection_id!r}.")
    for name, value in changes.items():
        say(f"{name.rpartition('.')[2]} of {collection_id} is {value}")


def _change(setting: str) -> tuple[str, float | str]:
    """The field of a collection's document that a NAME=VALUE sets, and to what."""
    name, there, text = (part.strip() for part in setting.partition("="))
    if not there:
        raise ValueError(f"{setting!r} is not NAME=VALUE.")
    if name != "classifier":
        return f"settings.learning.{name}", learning_settings.read(name, text)
    if text not in CLASSIFIERS:
        raise ValueError(f"classifier is {' or '.join(CLASSIFIERS)}, not {text!r}.")
    return name, text
