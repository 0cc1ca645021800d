"""The confusion picture: which class is taken for which."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray

from scheduler.learning.judging.judged import Judged
from scheduler.learning.report.paper import (
    CLAY,
    INK,
    LINE,
    PALE,
    TEAL,
    lettering,
    png,
    quiet,
    sheet,
)

_RIGHT = LinearSegmentedColormap.from_list("right", ["#ffffff", PALE, TEAL])
_WRONG = LinearSegmentedColormap.from_list("wrong", ["#ffffff", "#ecc3ad", CLAY])


def confusion_png(judged: Judged) -> bytes:
    """Rows are labels, columns what the model said; colour is the share of the row."""
    counts = np.array(judged.confusion)
    names = lettering([score.name for score in judged.classes])
    cell = max(0.27, min(0.36, 8 / len(names)))
    margin = 0.5 + 0.075 * max(map(len, names))
    size = max(3.0, cell * len(names) + margin)
    figure = sheet(size, size)
    axes = figure.add_subplot()
    _colours(axes, counts)
    _numbers(axes, counts, 8 if cell > 0.3 else 6)
    quiet(axes)
    axes.spines[["left", "bottom"]].set_visible(False)
    places = range(len(names))
    axes.set_xticks(places, names, rotation=90, parse_math=False)
    axes.set_yticks(places, names, parse_math=False)
    axes.set_xlabel("the model says")
    axes.set_ylabel("people say")
    return png(figure)


def _colours(axes: Axes, counts: NDArray[np.intp]) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    right, wrong = (colours(shares, bytes=True) for colours in (_RIGHT, _WRONG))
    pixels = np.where(np.eye(len(counts))[..., None] > 0, right, wrong)
    axes.imshow(pixels, interpolation="nearest")
    edges = np.arange(len(counts) + 1) - 0.5
    for draw in (axes.hlines, axes.vlines):
        draw(edges, -0.5, len(counts) - 0.5, color=LINE, linewidth=0.5)


def _numbers(axes: Axes, counts: NDArray[np.intp], size: float) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for row, column in np.argwhere(counts > 0):
        told = f"{counts[row, column]}"
        shrunk = size * min(1.0, 3.2 / len(told))
        ink = "white" if shares[row, column] > 0.6 else INK
        axes.text(column, row, told, ha="center", va="center", color=ink, fontsize=shrunk)
