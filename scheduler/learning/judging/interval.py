"""How far a share counted on some photos can be trusted."""

from dataclasses import dataclass

from scipy.stats import binomtest


@dataclass(frozen=True)
class Interval:
    """Where the true share lies with 95 % confidence; both ends 0 to 1."""

    low: float
    high: float


def interval(right: int, photos: int) -> Interval | None:
    """Wilson's 95 % interval for `right` of `photos`; None without photos."""
    if not photos:
        return None
    found = binomtest(right, photos).proportion_ci(0.95, method="wilson")
    # Rounding may leave an end a hair outside.
    return Interval(max(0.0, float(found.low)), min(1.0, float(found.high)))
