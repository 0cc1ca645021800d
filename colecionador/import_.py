"""`colecionador import`: labelled pictures from a folder of class folders, or from a list."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from colecionador.imports.already import ToSend, compared
from colecionador.imports.cleaning import clean
from colecionador.imports.download import RETRY, Downloads
from colecionador.imports.gathering import Gathered, Wishes, from_folder, from_list
from colecionador.imports.look import MIN_SIDE
from colecionador.imports.open_internet import session
from colecionador.imports.report import Report
from colecionador.operator import Operator, with_operator
from colecionador.put import show_unsent, wait_for
from colecionador.sending import Sender, Sent
from colecionador.shown import say, with_bar
from functions.runtime.database import Document


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
@click.option(
    "--parallel",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Photos sent at once.",
)
@click.option("--wait", is_flag=True, help="Wait until every photo is ready or refused.")
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
    wishes = Wishes(_labels(only), min_side, cap)
    found = _collection(operator, collection)
    gathered = _gathered(source, (url, label), wishes)
    cleaned = clean(gathered.looks, cap)
    plan = compared(operator.database["photos"], collection, cleaned.good)
    left_out = [*gathered.left_out, *cleaned.left_out, *plan.left_out]
    total = len(gathered.looks) + len(gathered.left_out)
    told = Report(collection, str(source), total, 0, plan.there, 0, left_out)
    place = report or operator.stack.folder / "imports" / f"{collection}.json"
    _write(told, place)
    sent = _send(operator, found, plan, parallel)
    stored = {one.photo: one for one in sent if one.photo}
    told = replace(told, stored=len(stored), unsent=len(sent) - len(stored))
    _write(told, place)
    told.show()
    if gathered.not_asked_for:
        say(f"{gathered.not_asked_for} of other labels than {only}")
    show_unsent([one for one in sent if not one.photo])
    say(f"report: {place}")
    sys.exit(0 if (not wait or wait_for(operator, stored)) and len(stored) == len(sent) else 1)


def _labels(only: str | None) -> frozenset[str]:
    return frozenset(" ".join(one.split()).casefold() for one in (only or "").split(",")) - {""}


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


def _gathered(source: Path, columns: tuple[str, str], wishes: Wishes) -> Gathered:
    try:
        if source.is_dir():
            return from_folder(source, wishes)
        folder = source.with_name(f"{source.name}.photos")
        return from_list(source, columns, Downloads(folder, session(RETRY)), wishes)
    except ValueError as reason:
        raise click.ClickException(str(reason)) from reason
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from error


def _write(report: Report, file: Path) -> None:
    try:
        report.write(file)
    except OSError as error:
        raise click.ClickException(f"The report {file}: {error.strerror}.") from error


def _send(operator: Operator, collection: Document, plan: ToSend, parallel: int) -> Sequence[Sent]:
    paths = [one.candidate.path for one in plan.to_send]
    sender = Sender(
        operator.handout,
        collection["_id"],
        collection["owner"],
        parallel=parallel,
        labels={one.candidate.path: one.candidate.label for one in plan.to_send},
        awaited=plan.awaited,
    )
    return list(with_bar("sending", len(paths), sender.send_all(paths)))
