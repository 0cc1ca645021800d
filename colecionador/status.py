"""`colecionador status`: whether everything does its work, for people and for cron."""

import json
import sys
from dataclasses import asdict

import click

from colecionador.condition import BROKEN, FINE, Condition, FunctionCondition, condition_of
from colecionador.operator import Operator, with_operator
from colecionador.shown import say, show_table, span


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@with_operator
def status(operator: Operator, as_json: bool) -> None:
    """Servers, functions, open deliveries, models.

    Exit code 0: fine. 1: a person should look (something parked by a fault of ours, warnings, a
    delivery that waits for more than five minutes). 2: something can't do its work.
    """
    condition = condition_of(operator)
    if as_json:
        told = {"verdict": condition.verdict(), **asdict(condition)}
        click.echo(json.dumps(told, indent=1))
    else:
        _show(condition)
    sys.exit(condition.verdict())


def _show(condition: Condition) -> None:
    servers = [(name, _word(ready)) for name, ready in condition.servers.items()]
    show_table("servers", ("server", "state"), servers)
    say("")
    show_table(
        "functions",
        ("function", "state", "version", "waiting", "running", "parked", "oldest", "remarks"),
        [_row(one) for one in condition.functions],
    )
    say("")
    show_table("models", ("collection", "current"), list(condition.models.items()))
    say("")
    verdict = condition.verdict()
    say("fine" if verdict == FINE else "broken" if verdict == BROKEN else "look at the remarks")


def _row(one: FunctionCondition) -> tuple[str, ...]:
    counts = ("?" if n is None else str(n) for n in (one.waiting, one.running, one.parked))
    remarks = "; ".join(one.remarks())
    return (one.name, _word(one.ready), one.version, *counts, span(one.oldest_seconds), remarks)


def _word(ready: bool) -> str:
    return "ready" if ready else "not ready"
