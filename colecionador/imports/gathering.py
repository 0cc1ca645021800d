"""Gathers the pictures of an import, from a folder or from a list, and looks at each."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from colecionador.imports.candidate import Candidate, LeftOut
from colecionador.imports.class_folders import found_in
from colecionador.imports.download import Downloads, NotFetched
from colecionador.imports.listed import Listed, listed_in
from colecionador.imports.look import Look, look, looks
from colecionador.shown import with_bar
from functions.pictures.budget import PixelBudget
from functions.runtime.label import folded


@dataclass(frozen=True)
class Gathered:
    """The pictures that opened, what is left out, and how many files nobody asked for."""

    looks: Sequence[Look]
    left_out: Sequence[LeftOut]
    not_asked_for: int = 0


@dataclass(frozen=True)
class Wishes:
    """What is wanted: `only` these labels (folded; none means all), sides, so many a class."""

    only: frozenset[str]
    min_side: int
    cap: int | None

    def wants(self, label: str) -> bool:
        """Whether photos of this label are asked for."""
        return not self.only or folded(label) in self.only


def from_folder(folder: Path, wishes: Wishes) -> Gathered:
    """Everything in a folder of class folders."""
    found = list(found_in(folder))
    candidates = [one for one in found if isinstance(one, Candidate)]
    wanted = [one for one in candidates if wishes.wants(one.label)]
    seen = with_bar("looking", len(wanted), looks(wanted, wishes.min_side))
    return _gathered([*found, *seen], len(candidates) - len(wanted))


def from_list(
    file: Path, columns: tuple[str, str], downloads: Downloads, wishes: Wishes
) -> Gathered:
    """The pictures of a list, downloaded; `columns` name the addresses and the labels.

    Of each class so many are asked for until `cap` open, in an order that is as good as drawn
    and always the same. Raises ValueError as `listed_in`.
    """
    found = list(listed_in(file, *columns))
    rows = [one for one in found if isinstance(one, Listed)]
    wanted = [one for one in rows if wishes.wants(one.label)]
    seen = with_bar("downloading", len(wanted), _downloaded(wanted, downloads, wishes))
    return _gathered([*found, *seen], len(rows) - len(wanted))


def _downloaded(
    rows: Iterable[Listed], downloads: Downloads, wishes: Wishes
) -> Iterator[Look | LeftOut]:
    budget = PixelBudget()
    opened: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: hashlib.sha256(row.url.encode()).digest()):
        if wishes.cap is not None and opened[row.label.casefold()] >= wishes.cap:
            reason = f"The class has its {wishes.cap} photos: it was not asked for."
            yield LeftOut(row.url, row.label, "cap", reason)
            continue
        seen = _seen(row, downloads, wishes.min_side, budget)
        opened[row.label.casefold()] += isinstance(seen, Look)
        yield seen


def _seen(row: Listed, downloads: Downloads, min_side: int, budget: PixelBudget) -> Look | LeftOut:
    try:
        path = downloads.fetch(row.url)
    except NotFetched as refusal:
        return LeftOut(row.url, row.label, refusal.code, refusal.reason)
    seen = look(Candidate(path, row.url, row.label), min_side, budget)
    if isinstance(seen, LeftOut) and seen.code != "too-small":
        # Half a file, or a page that asks to come back later: the next run asks again.
        path.unlink()
    return seen


def _gathered(seen: Iterable[object], not_asked_for: int) -> Gathered:
    told = list(seen)
    return Gathered(
        [one for one in told if isinstance(one, Look)],
        [one for one in told if isinstance(one, LeftOut)],
        not_asked_for,
    )
