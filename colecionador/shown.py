"""How the commands show things: tables for people, plain tab-separated lines for programs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

Item = TypeVar("Item")

_SHORT: Final = 14
"""Columns of at most so many signs keep their width: states, names, counts, clock times."""

_NAME: Final = 44
"""So does the first one, to be copied from: photo ids, versions."""

Rows = Sequence[Sequence[str]]

STYLES: Final = {
    "ok": "green",
    "ready": "green",
    "done": "green",
    "note": "yellow",
    "waiting": "yellow",
    "wrong": "bold red",
    "not ready": "bold red",
    "parked": "red",
    "rejected": "red",
    "failed": "red",
}
"""Words that stand in a cell of their own and get a colour."""


def say(sentence: str) -> None:
    """One line."""
    Console(soft_wrap=True, highlight=False, markup=False).print(safe(sentence))


def show_table(title: str, columns: Sequence[str], rows: Rows) -> None:
    """A table; without a terminal its rows as tab-separated lines under their headings.

    On a terminal a table without rows is not shown.
    """
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        for row in (columns, *rows):
            print("\t".join(safe(cell) for cell in row))
        return
    if not rows:
        return
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        short = max(len(row[number]) for row in rows) <= (_SHORT if number else _NAME)
        table.add_column(Text(column), overflow="fold", no_wrap=short)
    for row in rows:
        table.add_row(*(Text(safe(cell), STYLES.get(cell, "")) for cell in row))
    console.print(table)


def with_bar(doing: str, total: int | None, items: Iterable[Item]) -> Iterator[Item]:
    """The items as they come, with a bar on a terminal; `total` is None when nobody knows it."""
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        yield from bar.track(items, total=total)


@contextmanager
def live_line() -> Iterator[Callable[[str, float], bool]]:
    """Shows a line over the one before, with a bar (0 to 1); False where there is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0)

        def show(line: str, done: float) -> bool:
            bar.update(task, description=safe(line), completed=done)
            return console.is_terminal

        yield show


def safe(text: str) -> str:
    """The text without what would move a terminal's cursor: file names come from anywhere."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def moment(at: datetime | None) -> str:
    """A time in UTC to the millisecond, such as `2026-11-21 09:34:40.123`; empty for none."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] if at else ""


def clock(at: datetime) -> str:
    """The time of day in UTC to the millisecond, such as `09:34:40.123`."""
    return moment(at).partition(" ")[2]


def span(seconds: float | None) -> str:
    """A time span as people say it: `84 ms`, `3.2 s`, `12 min`, `5 h`; empty for none."""
    if seconds is None:
        return ""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
