"""The calibration picture: how often answers of each confidence are right."""

import numpy as np
from matplotlib.ticker import MaxNLocator, MultipleLocator

from scheduler.learning.judging.calibration import BINS, Calibration
from scheduler.learning.report.paper import PALE, QUIET, TEAL, png, quiet, shares, sheet


def calibration_png(found: Calibration, threshold: float) -> bytes:
    """Above: confidence against accuracy, the diagonal is perfect. Below: how many answers."""
    figure = sheet(4.2, 4.2)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    quiet(upper, grid="both")
    quiet(lower)
    upper.plot((0, 1), (0, 1), color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
    confidence = np.array([each.confidence for each in found.bins])
    accuracy = np.array([each.accuracy for each in found.bins])
    photos = np.array([each.photos for each in found.bins])
    upper.plot(confidence, accuracy, color=TEAL, linewidth=1.2)
    # Few photos make a small dot: it says little.
    upper.scatter(confidence, accuracy, 12 + 90 * photos / photos.max(), color=TEAL, zorder=3)
    upper.set(xlim=(0, 1.02), ylim=(0, 1.04), ylabel="right")
    left = [each.low for each in found.bins]
    lower.bar(left, photos, 0.92 / BINS, align="edge", color=PALE)
    lower.yaxis.set_major_locator(MaxNLocator(3, integer=True, min_n_ticks=1))
    lower.set(xlabel="confidence", ylabel="photos")
    for axes in (upper, lower):
        axes.axvline(threshold, color=QUIET, linewidth=0.8, linestyle=":")
    for axis in (upper.xaxis, upper.yaxis):
        axis.set_major_locator(MultipleLocator(0.2))
        axis.set_major_formatter(shares)
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
