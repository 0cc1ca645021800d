"""The calibration picture: how often answers of each confidence are right."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator

from scheduler.learning.judging.calibration import BINS, Calibration
from scheduler.learning.report.paper import PALE, QUIET, TEAL, png, quiet, shares, sheet


def calibration_png(found: Calibration, threshold: float) -> bytes:
    """Above: confidence against accuracy, the diagonal is perfect. Below: how many answers."""
    figure = sheet(4.2, 4.2)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    _accuracies(upper, found)
    _photos(lower, found)
    for axes in (upper, lower):
        axes.axvline(threshold, color=QUIET, linewidth=0.8, linestyle=":")
    upper.annotate(
        "unknown below",
        (threshold, 0.02),
        xytext=(-3 if threshold > 0.4 else 3, 0),
        textcoords="offset points",
        ha="right" if threshold > 0.4 else "left",
        fontsize=7,
        color=QUIET,
    )
    return png(figure)


def _accuracies(axes: Axes, found: Calibration) -> None:
    quiet(axes, grid="both")
    axes.plot((0, 1), (0, 1), color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
    confidence = np.array([each.confidence for each in found.bins])
    accuracy = np.array([each.accuracy for each in found.bins])
    photos = np.array([each.photos for each in found.bins])
    axes.plot(confidence, accuracy, color=TEAL, linewidth=1.2)
    # Few photos make a small dot: it says little.
    axes.scatter(confidence, accuracy, 12 + 90 * photos / photos.max(), color=TEAL, zorder=3)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.04), ylabel="right")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MultipleLocator(0.2))
        axis.set_major_formatter(shares)


def _photos(axes: Axes, found: Calibration) -> None:
    quiet(axes)
    left = [each.low for each in found.bins]
    photos = [each.photos for each in found.bins]
    axes.bar(left, photos, 0.92 / BINS, align="edge", color=PALE)
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True, min_n_ticks=1))
    axes.set(xlabel="confidence", ylabel="photos")
