"""Chooses which pictures come in: each once, under one label, at most so many of a class; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from colecionador.imports.alike import alike
from colecionador.imports.candidate import LeftOut
from colecionador.imports.look import TINY_SIDE, Look

Copies = Sequence[Look]
"""Files with the same bytes; the first stands for them."""


@dataclass(frozen=True)
class Cleaned:
    """What comes in, by name, and what does not."""

    good: tuple[Look, ...]
    left_out: tuple[LeftOut, ...]


def clean(looks: Iterable[Look], cap: int | None = None) -> Cleaned:
    """The pictures that come in, the same ones whatever their order.

    Of pictures that are or look the same the one with the most pixels stays, then the first by
    name. When they lie under different labels nobody knows which is right: all are left out.
    """
    ordered = sorted(looks, key=lambda one: (-one.width * one.height, one.candidate.name))
    by_content: dict[str, list[Look]] = defaultdict(list)
    for one in ordered:
        by_content[one.sha256].append(one)
    contents = list(by_content.values())
    once, left_out = _each_once(contents)
    good, over = _capped(once, cap)
    return Cleaned(
        tuple(sorted(good, key=lambda one: one.candidate.name)),
        tuple(sorted((*left_out, *over), key=lambda one: one.name)),
    )


def _each_once(contents: Sequence[Copies]) -> tuple[list[Look], list[LeftOut]]:
    groups = _groups([copies[0] for copies in contents])
    # By identity: the same address may stand in a list twice.
    left_out: dict[int, LeftOut] = {}
    for rows in groups.values():
        members = [one for row in rows for one in contents[row]]
        if len({_class(one) for one in members}) > 1:
            left_out |= {id(one): _two_labels(one, members) for one in members}
    good = []
    for first_row, rows in groups.items():
        first = contents[first_row][0]
        for one in (one for row in rows for one in contents[row] if one is not first):
            left_out.setdefault(id(one), _copy(one, first))
        if id(first) not in left_out:
            good.append(first)
    return good, list(left_out.values())


def _groups(firsts: Sequence[Look]) -> Mapping[int, Sequence[int]]:
    """The rows that look like a first one, by its row; itself is among them."""
    phashes = np.array([one.phash for one in firsts], np.uint64)
    tinies = np.frombuffer(b"".join(one.tiny for one in firsts), np.uint8)
    found: dict[int, list[int]] = defaultdict(list)
    for row, near in enumerate(alike(phashes, tinies.reshape(len(firsts), 3 * TINY_SIDE**2))):
        for first in near or [row]:
            found[first].append(row)
    return found


def _capped(good: Iterable[Look], cap: int | None) -> tuple[list[Look], list[LeftOut]]:
    """At most `cap` of a class: by their contents' digests, as good as drawn, and never others.

    A larger cap keeps what a smaller one kept.
    """
    by_class: dict[str, list[Look]] = defaultdict(list)
    for one in sorted(good, key=lambda one: one.sha256):
        by_class[_class(one)].append(one)
    kept = [one for many in by_class.values() for one in many[:cap]]
    over = [one for many in by_class.values() if cap is not None for one in many[cap:]]
    reason = f"The class has its {cap} photos."
    return kept, [_left_out(one, "cap", reason) for one in over]


def _two_labels(one: Look, members: Iterable[Look]) -> LeftOut:
    others = [other for other in members if _class(other) != _class(one)]
    other = min(others, key=lambda other: other.sha256 != one.sha256)
    same = "The same file" if other.sha256 == one.sha256 else "A picture that looks the same"
    reason = f"{same} lies under {other.candidate.label!r} too: {other.candidate.name}."
    return _left_out(one, "two-labels", reason)


def _copy(one: Look, first: Look) -> LeftOut:
    if one.sha256 == first.sha256:
        return _left_out(one, "duplicate", f"The same file as {first.candidate.name}.")
    return _left_out(one, "near-duplicate", f"Looks the same as {first.candidate.name}.")


def _left_out(one: Look, code: str, reason: str) -> LeftOut:
    return LeftOut(one.candidate.name, one.candidate.label, code, reason)


def _class(one: Look) -> str:
    return one.candidate.label.casefold()
