"""`colecionador import`: labelled pictures from a folder of class folders, or from a list."""

import sys
from pathlib import Path

import click

from colecionador.imports.candidate import MIN_SIDE
from colecionador.operator import Operator, with_operator
from colecionador.put import in_parallel, show_unsent, until_ready, wait_for
from colecionador.shown import say
from colecionador.signed_in import signed_in
from functions.runtime.database import Document
from functions.runtime.label import folded


@click.command("import")
@click.argument("source", metavar="FOLDER|LIST.csv", type=click.Path(exists=True, path_type=Path))
@click.option("--collection", required=True, help="The collection's id; it is made when missing.")
@click.option("--cap", type=click.IntRange(1), help="At most so many photos of a class.")
@click.option("--only", help="Only these labels, with commas between.")
@click.option(
    "--min-side",
    type=click.IntRange(1),
    default=MIN_SIDE,
    show_default=True,
    help="Pixels that the shorter side needs.",
)
@click.option("--url", default="url", show_default=True, help="The list's column of addresses.")
@click.option("--label", default="label", show_default=True, help="The list's column of labels.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    show_default="imports/COLLECTION.json in the stack's folder",
    help="Where the report goes as JSON.",
)
@in_parallel
@until_ready
@with_operator
def import_(
    operator: Operator,
    source: Path,
    collection: str,
    cap: int | None,
    only: str | None,
    min_side: int,
    url: str,
    label: str,
    report: Path | None,
    parallel: int,
    wait: bool,
) -> None:
    """Bring in labelled pictures: a folder of class folders, or a list of addresses.

    Pictures that are broken, too small, there twice or under two labels are left out, each with
    its reason in the report. What the collection has already is not sent again, so that an
    import can be interrupted and run again. Downloads are kept in a folder beside the list.
    Exit code 0 when all good pictures are stored.
    """
    # Imported late: it brings what opens pictures, which other commands do without.
    from colecionador.importing import Import
    from colecionador.imports.gathering import Wishes

    found = _collection(operator, collection)
    wishes = Wishes(_labels(only), min_side, cap)
    place = report or operator.stack.folder / "imports" / f"{collection}.json"
    with signed_in(operator.stack, parallel) as client:
        sent = Import(operator, client, found, source, (url, label), wishes, place).carry_out()
        show_unsent(sent)
        say(f"report: {place}")
        whole = all(one.photo for one in sent)
        sys.exit(0 if (not wait or wait_for(client, sent)) and whole else 1)


def _labels(only: str | None) -> frozenset[str]:
    return frozenset(folded(" ".join(one.split())) for one in (only or "").split(",")) - {""}


def _collection(operator: Operator, collection: str) -> Document:
    found = operator.collections.get(collection)
    if found is not None:
        return found
    try:
        made = operator.collections.add(
            collection, operator.stack.secrets["ADMIN_USER"], collection
        )
    except ValueError as reason:
        raise click.ClickException(str(reason)) from reason
    say(f"made the collection {collection}")
    return made
