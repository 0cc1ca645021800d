"""`colecionador reconcile`: look for what events, queue and restarts missed, and make it due."""

from collections import Counter

import click

from colecionador.operator import Operator, with_operator
from colecionador.shown import say, show_table
from scheduler.reconcile import Reconciler


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be made due, and change nothing.")
@with_operator
def reconcile(operator: Operator, dry_run: bool) -> None:
    """Compare every photo's objects and records, now and not at night; make due what is missing."""
    wired = [row.function for row in operator.stack.rows]
    reconciler = Reconciler.of(operator.storage, operator.database, wired)
    asks = reconciler.plan(every_photo=True)
    if dry_run:
        rows = [(ask.function, ask.reason.value, ask.row) for ask in asks]
        show_table("would be made due", ("function", "reason", "delivery"), rows)
        say(f"{len(rows)} would be made due")
        return
    made: Counter[tuple[str, str]] = reconciler.carry_out(asks)
    expired = reconciler.expire_forms()
    counts = [(function, reason, str(count)) for (function, reason), count in made.items()]
    show_table("made due", ("function", "reason", "deliveries"), counts)
    say(f"{made.total()} made due, {expired} forms expired")
