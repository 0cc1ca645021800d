"""`colecionador collection`: make collections and list them."""

import click

from colecionador.operator import Operator, with_operator
from colecionador.shown import moment, say, show_table


@click.group()
def collection() -> None:
    """Make collections and list them."""


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
