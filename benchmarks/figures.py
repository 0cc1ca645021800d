"""A measured figure beside its baseline and its goal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A bound on a figure, or on its `ratio` to its baseline."""

    sign: str
    bound: float
    ratio: bool = False

    def met_by(self, measured: float) -> bool:
        """Whether the measured figure (or ratio) keeps the bound."""
        return measured <= self.bound if self.sign == "≤" else measured >= self.bound


@dataclass(frozen=True)
class Figure:
    """One line of the table; `against` says what the baseline is, in the same `unit`."""

    name: str
    unit: str
    measured: float
    against: str = ""
    baseline: float | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the baseline the figure is."""
        return self.measured / self.baseline if self.baseline else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal."""
        if self.goal is None:
            return None
        held = self.ratio if self.goal.ratio else self.measured
        return held is not None and self.goal.met_by(held)

    def cells(self) -> tuple[str, ...]:
        """The texts of the table's columns, as `COLUMNS` names them."""
        return (
            self.name,
            f"{number(self.measured)} {self.unit}",
            f"{number(self.baseline)} {self.unit}" if self.baseline is not None else "",
            self.against,
            f"{self.ratio:.3g}" if self.ratio is not None else "",
            self._goal(),
            {None: "", True: "yes", False: "no"}[self.met],
        )

    def _goal(self) -> str:
        if self.goal is None:
            return ""
        unit = "times" if self.goal.ratio else self.unit
        return f"{self.goal.sign} {self.goal.bound:g} {unit}"


COLUMNS = ("figure", "measured", "baseline", "the baseline is", "ratio", "goal", "met")


def number(value: float) -> str:
    """A figure in as many digits as mean something."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def at_most(bound: float, ratio: bool = False) -> Goal:
    """The goal of a figure that should be small."""
    return Goal("≤", bound, ratio)


def at_least(bound: float, ratio: bool = False) -> Goal:
    """The goal of a figure that should be large."""
    return Goal("≥", bound, ratio)


def percentile(values: list[float], percent: float) -> float:
    """The value that `percent` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]
