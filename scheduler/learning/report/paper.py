"""The paper that pictures are drawn on: one look for all, and labels in any script."""

import io
from functools import cache
from typing import Final
from unicodedata import category

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

INK: Final = "#23302f"
QUIET: Final = "#77827f"
LINE: Final = "#dde2df"
TEAL: Final = "#1f6f6b"
PALE: Final = "#b9d6d1"
CLAY: Final = "#c0653a"

DPI: Final = 200
LONGEST: Final = 20
"""Signs of a label that a picture has room for."""

FONT: Final = "DejaVu Sans"
"""It comes with matplotlib, so pictures look the same everywhere."""


def sheet(width: float, height: float) -> Figure:
    """An empty figure of this size in inches; it belongs to no window and to no global state."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def quiet(axes: Axes, *, grid: str = "") -> None:
    """Only the two lines that carry numbers stay; `grid` is "", "x", "y" or "both"."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(LINE)
    axes.tick_params(colors=INK, labelsize=8, length=0)
    axes.set_axisbelow(True)
    for name, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        axis.label.set(color=QUIET, fontsize=8)
        if grid in (name, "both"):
            axis.grid(color=LINE, linewidth=0.6)


def png(figure: Figure) -> bytes:
    """The figure as PNG: the same bytes each time it is drawn."""
    written = io.BytesIO()
    figure.savefig(written, format="png", metadata={"Software": None})
    return written.getvalue()


def shares(share: float, _: float) -> str:
    """How an axis writes a share: `40 %`."""
    return f"{100 * share:.0f} %"


def lettering(labels: list[str] | tuple[str, ...]) -> list[str]:
    """What pictures write for labels: long ones end early, and then carry their number (from 1).

    A label in a script that the font lacks, or that is written from right to left or with signs
    that join, is its number alone; the page's tables have all labels in full beside their numbers.
    """
    written = []
    for number, label in enumerate(labels, 1):
        if not _drawable(label):
            written.append(f"no. {number}")
        elif len(label) > LONGEST:
            written.append(f"{number} {label[: LONGEST - 3].rstrip()}…")
        else:
            written.append(label)
    return written


def _drawable(label: str) -> bool:
    return all(ord(sign) in _signs() and category(sign)[0] in "LNPSZ" for sign in label)


@cache
def _signs() -> frozenset[int]:
    """The code points of the font that need no shaping: those before Hebrew, and signs."""
    charmap = get_font(findfont(FontProperties(family=FONT))).get_charmap()
    return frozenset(code for code in charmap if code < 0x590 or 0x1E00 <= code < 0x2E80)
