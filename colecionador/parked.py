"""`colecionador parked` and `colecionador replay`: deliveries that wait for a person."""

import sys
from collections.abc import Iterable, Iterator

import click

from colecionador.operator import Operator, with_operator
from colecionador.shown import moment, say, show_table
from functions.runtime.event import NotAnEvent
from functions.runtime.parked import Parked, ParkedDelivery


@click.command()
@click.option("--function", help="Only this function's.")
@with_operator
def parked(operator: Operator, function: str | None) -> None:
    """Deliveries nobody works on any more, with their reasons."""
    found = [delivery for inbox in operator.parked(function) for delivery in inbox.all()]
    rows = [(one.function, one.code, one.reason, moment(one.since), one.id) for one in found]
    show_table("parked", ("function", "code", "reason", "since (UTC)", "delivery"), rows)


@click.command()
@click.argument("delivery", nargs=-1)
@click.option("--function", help="All of this function's, or DELIVERY in this function only.")
@click.option("--code", help="All with this code.")
@click.option("--all", "every", is_flag=True, help="All there are.")
@with_operator
def replay(
    operator: Operator,
    delivery: tuple[str, ...],
    function: str | None,
    code: str | None,
    every: bool,
) -> None:
    """Try parked deliveries again: by DELIVERY as `parked` shows it, or by a filter."""
    if not (delivery or function or code or every):
        raise click.UsageError("Name deliveries, or --function, --code or --all.")
    failed = 0
    replayed = 0
    for inbox in operator.parked(function):
        for one in _chosen(inbox, delivery, code):
            if _replayed(inbox, one):
                replayed += 1
            else:
                failed += 1
    say(f"{replayed} made due again")
    absent = replayed + failed == 0 and bool(delivery)
    if absent:
        say("no such delivery is parked; `colecionador parked` lists them")
    sys.exit(1 if failed or absent else 0)


def _chosen(inbox: Parked, ids: Iterable[str], code: str | None) -> Iterator[ParkedDelivery]:
    if not ids:
        return iter(list(inbox.all(code)))
    found = (inbox.get(row_id) for row_id in ids)
    return (one for one in found if one and code in (None, one.code))


def _replayed(inbox: Parked, one: ParkedDelivery) -> bool:
    try:
        return inbox.replay(one.id)
    except NotAnEvent as reason:
        say(f"{one.function}, {one.id}: still {reason}")
        return False
