"""Two models' answers about the same photos, compared photo by photo."""

from collections.abc import Sequence

from scipy.stats import binomtest


def right(truth: Sequence[str], said: Sequence[str]) -> list[bool]:
    """For each photo, whether what was said of it is true."""
    return [word == true for word, true in zip(said, truth, strict=True)]


def p_worse(lost: int, won: int) -> float:
    """How likely a model that is just as good loses so many photos of those that changed.

    McNemar's test in its exact, one-sided form: `lost` photos were right before and are wrong now,
    `won` the other way round. 1 when nothing changed.
    """
    if lost + won == 0:
        return 1.0
    return float(binomtest(lost, lost + won, 0.5, alternative="greater").pvalue)
