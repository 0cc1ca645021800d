"""Reads a list of addresses with labels from a CSV file."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from colecionador.imports.candidate import LeftOut
from functions.runtime import label as labels

_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True)
class Listed:
    """An address and the clean label it stands under."""

    url: str
    label: str


def listed_in(file: Path, url: str, label: str) -> Iterator[Listed | LeftOut]:
    """Every row of the list, from the columns `url` and `label`.

    UTF-8 with or without a byte order mark; commas, semicolons or tabs. Raises ValueError with a
    sentence when a column is missing or the file can't be read as CSV.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as text:
            delimiter = max(_DELIMITERS, key=text.readline().count)
            text.seek(0)
            rows = csv.DictReader(text, delimiter=delimiter)
            _check((url, label), rows.fieldnames or (), file)
            for row in rows:
                yield _listed(f"line {rows.line_num}", row[url], row[label])
    except UnicodeDecodeError as error:
        raise ValueError(f"{file.name} is not text in UTF-8.") from error
    except csv.Error as error:
        raise ValueError(f"{file.name} can't be read as CSV: {error}.") from error


def _check(wanted: Sequence[str], there: Sequence[str], file: Path) -> None:
    missing = [name for name in wanted if name not in there]
    if missing:
        known = ", ".join(there) or "none"
        raise ValueError(f"{file.name} has no column {missing[0]!r}. Its columns: {known}.")


def _listed(line: str, url: str | None, label: str | None) -> Listed | LeftOut:
    address = (url or "").strip()
    name = f"{line}: {address}" if address else line
    if not address:
        return LeftOut(name, None, "no-address", "The row has no address.")
    try:
        return Listed(address, labels.clean(label or ""))
    except ValueError as reason:
        return LeftOut(name, None, "label", str(reason))
