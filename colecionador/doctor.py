"""`colecionador doctor`: what a phone would meet, and which setting mends it."""

import sys

import click

from colecionador.checks_here import disk, queues, tokens
from colecionador.checks_outside import clock, cors, reachable, signature, sizes
from colecionador.operator import Operator, with_operator
from colecionador.shown import show_table
from colecionador.verdict import Verdict, note


@click.command()
@with_operator
def doctor(operator: Operator) -> None:
    """Check from the phone's side: address, clock, signature, sizes, CORS; then this side.

    Nothing is stored. Exit code 1 when something is wrong.
    """
    verdicts = examine(operator)
    rows = [(one.word, one.about, one.says, one.mend) for one in verdicts]
    show_table("doctor", ("", "check", "found", "what to change"), rows)
    sys.exit(1 if any(one.word == "wrong" for one in verdicts) else 0)


def examine(operator: Operator) -> list[Verdict]:
    """Every check in order; those that need storage are left out when it can't be reached."""
    url, signer = operator.stack.public_storage_url, operator.signer
    reached = reachable(url, operator.stack.ports["minio"])
    outside = (
        [clock(url), *signature(signer), *sizes(signer), *cors(url, operator.stack.public_url)]
        if reached.word != "wrong"
        else [note("from a phone", "not looked at: storage can't be reached")]
    )
    here = [*tokens(operator.stack), disk(operator.stack.folder), *queues(operator.stack)]
    return [reached, *outside, *here]
