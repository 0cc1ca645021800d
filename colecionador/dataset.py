"""`colecionador dataset`: what a collection's photos are as a data set."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from colecionador.dataset_facts import NOT_YET, SIDES, Facts, facts
from colecionador.operator import Operator, with_operator
from colecionador.shown import say, show_table
from functions.runtime.database import Document, outages

_FIELDS = ("label", "side", "like", "width", "height", "size", "state")


@click.command()
@click.argument("collection")
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Draw the balance of the classes and a sample of each, as PNG in FOLDER.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for programs.")
@with_operator
def dataset(operator: Operator, collection: str, pictures: Path | None, as_json: bool) -> None:
    """Tell the classes of COLLECTION, their sizes, their sides and what looks alike."""
    operator.collection(collection)
    photos = _photos(operator, collection)
    found = facts(collection, photos)
    drawn = list(_drawn(operator, found, photos, pictures)) if pictures else []
    if as_json:
        told = {**asdict(found), "pictures": [str(file) for file in drawn]}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    _show(found)
    for file in drawn:
        say(f"drawn: {file}")


def _photos(operator: Operator, collection: str) -> list[Document]:
    with outages():
        found = operator.database["photos"].find({"collection": collection}, _FIELDS)
        return sorted(found, key=lambda one: str(one["_id"]))


def _drawn(
    operator: Operator, found: Facts, photos: list[Document], folder: Path
) -> Iterator[Path]:
    # Matplotlib takes a second to start, which no other command should wait for.
    from colecionador.dataset_pictures import balance, samples

    folder.mkdir(parents=True, exist_ok=True)
    if found.classes:
        yield balance(found, folder)
        yield samples(found, photos, operator.storage, folder)


def _show(found: Facts) -> None:
    say(f"{found.photos} photos in {found.collection}, {found.unlabelled} without a label")
    columns = ("label", "photos", "share", *(side.replace("none", "on no side") for side in SIDES))
    rows = [
        (
            one.label,
            str(one.photos),
            f"{one.photos / (found.photos - found.unlabelled):.0%}",
            *(str(one.sides[side]) for side in SIDES),
        )
        for one in found.classes
    ]
    show_table("classes", columns, rows)
    sizes = [
        (name, *(f"{value:,.0f}" for value in (span.least, span.median, span.most)))
        for name, span in found.sizes.items()
    ]
    say("")
    show_table("sizes", ("of", "least", "median", "most"), sizes)
    say("")
    say(f"{found.alike_groups} groups look alike, {found.alike_photos} photos in them")
    unsplit = sum(one.sides[NOT_YET] for one in found.classes)
    if unsplit:
        say(f"labelled and on no side yet: {unsplit}; the next training gives them one")
