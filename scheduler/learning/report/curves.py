"""The curves of a training: loss and accuracy of each epoch."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from scheduler.learning.report.paper import INK, QUIET, TEAL, png, quiet, sheet

Curves = Mapping[str, Sequence[float | None]]


def curves_png(curves: Curves) -> bytes | None:
    """Training and validation over the epochs; None when no curve is known."""
    shown = [name for name in ("loss", "accuracy") if _numbers(curves, name).size]
    if not shown:
        return None
    figure = sheet(4.8 if len(shown) == 2 else 3.6, 2.3)
    for place, name in enumerate(shown, 1):
        _panel(figure.add_subplot(1, len(shown), place), curves, name)
    return png(figure)


def _panel(axes: Axes, curves: Curves, name: str) -> None:
    quiet(axes, grid="y")
    axes.set_title(name, loc="left", fontsize=9, color=INK)
    axes.set_xlabel("epoch")
    for curve, told, colour in ((name, "training", QUIET), (f"val_{name}", "validation", TEAL)):
        numbers = _numbers(curves, curve)
        if numbers.size:
            epochs = np.arange(1, len(numbers) + 1)
            # A single epoch makes no line.
            marker = "o" if len(numbers) < 3 else ""
            axes.plot(epochs, numbers, color=colour, label=told, linewidth=1.6, marker=marker)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    if name == "accuracy":
        axes.set_ylim(top=1.01)
    axes.legend(fontsize=8, frameon=False, labelcolor=INK)


def _numbers(curves: Curves, name: str) -> NDArray[np.float64]:
    """The curve with gaps where it is not finite; empty when nothing of it is."""
    numbers = np.array([np.nan if n is None else n for n in curves.get(name, ())], np.float64)
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers if np.isfinite(numbers).any() else np.zeros(0)
