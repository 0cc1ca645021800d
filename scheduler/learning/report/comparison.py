"""Several ways to learn side by side: which is right how often, and at what cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from pydantic import TypeAdapter

from scheduler.learning.judging.interval import Interval
from scheduler.learning.report import words
from scheduler.learning.report.paper import CLAY, INK, QUIET, TEAL, png, quiet, shares, sheet


@dataclass(frozen=True)
class Compared:
    """One candidate, judged on the same photos as all others.

    Accuracy, its interval and macro F1 are 0 to 1; `seconds` are of its training, `bytes` the
    size of its `model.tflite`.
    """

    name: str
    accuracy: float
    interval: Interval
    macro_f1: float
    parameters: int
    seconds: float
    bytes: int


_ROWS: Final = TypeAdapter(Sequence[Compared])


def comparison_files(rows: Sequence[Compared]) -> dict[str, bytes]:
    """`comparison.json` (the rows in their order) and `comparison.png`, by file name.

    Raises ValueError without rows.
    """
    if not rows:
        raise ValueError("there is nothing to compare")
    return {"comparison.json": _ROWS.dump_json(rows, indent=1), "comparison.png": _drawn(rows)}


def _drawn(rows: Sequence[Compared]) -> bytes:
    figure = sheet(8, 1.1 + 0.36 * len(rows))
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(5, 4))
    _shares(left, rows)
    _costs(right, rows)
    left.set_yticks(range(len(rows)), [row.name for row in rows], parse_math=False)
    left.set_ylim(len(rows) - 0.5, -1.2)
    figure.legend(loc="outside upper left", ncols=2, fontsize=8, frameon=False, labelcolor=INK)
    return png(figure)


def _shares(axes: Axes, rows: Sequence[Compared]) -> None:
    quiet(axes, grid="x")
    axes.spines["left"].set_visible(False)
    places = range(len(rows))
    lows, highs = ([getattr(row.interval, end) for row in rows] for end in ("low", "high"))
    axes.hlines(places, lows, highs, color=TEAL, linewidth=1.4)
    told = "accuracy with its 95 % interval"
    axes.plot([row.accuracy for row in rows], places, "o", color=TEAL, label=told)
    f1 = [row.macro_f1 for row in rows]
    axes.plot(f1, places, "D", color=CLAY, markersize=4, label="macro F1", markerfacecolor="white")
    axes.set_xlim(0, 1.02)
    axes.xaxis.set_major_formatter(shares)


def _costs(axes: Axes, rows: Sequence[Compared]) -> None:
    """Columns of text: what was drawn as a number, and what each candidate costs."""
    axes.set_axis_off()
    columns = {
        "accuracy": [words.percent(row.accuracy) for row in rows],
        "F1": [words.percent(row.macro_f1) for row in rows],
        "parameters": [words.number(row.parameters) for row in rows],
        "training": [words.span(row.seconds) for row in rows],
        "size": [words.size(row.bytes) for row in rows],
    }
    for edge, (name, cells) in zip((0.16, 0.32, 0.61, 0.81, 1), columns.items(), strict=True):
        axes.text(edge, -0.85, name, ha="right", va="center", fontsize=8, color=QUIET)
        for place, cell in enumerate(cells):
            axes.text(edge, place, cell, ha="right", va="center", fontsize=8, color=INK)
