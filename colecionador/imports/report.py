"""The report of an import: every file that did not come in and why, for people and programs."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from colecionador.imports.candidate import LeftOut
from colecionador.shown import say, show_table


@dataclass(frozen=True)
class Report:
    """An import of `source` into a collection: counts of files, and those left out.

    `found` files are `stored` now, were `there` before, are `unsent` (storage did not take them)
    or are left out. Hidden folders and empty classes are left out as one and count as one.
    """

    collection: str
    source: str
    found: int
    stored: int
    there: int
    unsent: int
    left_out: Sequence[LeftOut]

    def write(self, file: Path) -> None:
        """Write it as JSON, whole or not at all."""
        told = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            **asdict(self),
            "why": dict(Counter(one.code for one in self.left_out).most_common()),
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{file.name}.part")
        beside.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        beside.replace(file)

    def show(self) -> None:
        """Tell it: one line of counts, then every file that was left out."""
        say(f"{self.stored} stored in {self.collection}, {self.there} were there before")
        if self.left_out:
            why = Counter(one.code for one in self.left_out).most_common()
            counts = ", ".join(f"{count} {code}" for code, count in why)
            say(f"{len(self.left_out)} left out: {counts}")
            rows = [(one.name, one.label or "", one.code, one.reason) for one in self.left_out]
            show_table("left out", ("file", "label", "code", "reason"), rows)
