"""The classes picture: how well each class is found, the weakest first."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from scheduler.learning.judging.judged import ClassScore, Judged
from scheduler.learning.report.paper import (
    CLAY,
    INK,
    PALE,
    QUIET,
    lettering,
    png,
    quiet,
    shares,
    sheet,
)


def classes_png(judged: Judged) -> bytes:
    """F1 as bars, recall as dots, and on how many photos each class was judged."""
    names = dict(zip(judged.classes, lettering([s.name for s in judged.classes]), strict=True))
    scores = weakest_first(judged)
    figure = sheet(4.4, 0.9 + 0.26 * len(scores))
    axes = figure.add_subplot()
    quiet(axes, grid="x")
    axes.spines["left"].set_visible(False)
    places = range(len(scores))
    bars = axes.barh(places, [score.f1 or 0 for score in scores], 0.62, color=PALE)
    judged_ones = [(score.recall, place) for place, score in enumerate(scores) if score.photos]
    (dots,) = axes.plot(*zip(*judged_ones, strict=True), "o", color=CLAY, markersize=4)
    _photos(axes, scores)
    axes.set_yticks(places, [names[score] for score in scores], parse_math=False)
    axes.set(xlim=(0, 1.01), ylim=(len(scores) - 0.4, -1.4))
    axes.xaxis.set_major_formatter(shares)
    figure.legend(
        [bars.patches[0], dots],
        ["F1", "recall"],
        loc="outside upper left",
        ncols=2,
        fontsize=8,
        frameon=False,
        labelcolor=INK,
    )
    return png(figure)


def _photos(axes: Axes, scores: Sequence[ClassScore]) -> None:
    for place, score in enumerate(scores):
        told = f"{score.photos}" if score.photos else "not judged"
        axes.text(1.03, place, told, va="center", fontsize=8, color=QUIET)
    axes.text(1.03, -1, "photos", va="center", fontsize=8, color=QUIET)


def weakest_first(judged: Judged) -> list[ClassScore]:
    """The classes by F1, lowest first; those without judged photos last."""
    return sorted(judged.classes, key=lambda score: (score.f1 is None, score.f1 or 0))
