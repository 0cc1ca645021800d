"""The figures as a table: on the screen, and in the document that keeps them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.figures import COLUMNS, Figure

BEGINS: Final = "<!-- figures of the last run -->"
ENDS: Final = "<!-- end of the figures -->"


def show(figures: Sequence[Figure], machine: str) -> None:
    """Print the table."""
    table = Table(*COLUMNS, caption=machine)
    for figure in figures:
        colour = {None: "", True: "green", False: "red"}[figure.met]
        table.add_row(*figure.cells(), style=colour)
    # Wide enough for every column also where the output is no terminal.
    Console(width=max(Console().width, 190)).print(table)


def markdown(figures: Sequence[Figure], machine: str) -> str:
    """The table in Markdown, under a line that tells the machine."""
    rows = [COLUMNS, ("---",) * len(COLUMNS), *(figure.cells() for figure in figures)]
    return f"{machine}\n\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def keep(figures: Sequence[Figure], machine: str, document: Path) -> None:
    """Put the table into the document, in the place of the last one.

    Raises ValueError when the document has no place for it.
    """
    before, begins, rest = document.read_text().partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not (begins and ends):
        raise ValueError(f"{document} has no place for figures ({BEGINS} ... {ENDS})")
    document.write_text(f"{before}{BEGINS}\n{markdown(figures, machine)}\n{ENDS}{after}")
