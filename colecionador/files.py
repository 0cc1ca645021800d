"""Which files lie in the folders that were named."""

from collections.abc import Iterable
from pathlib import Path


def files_in(places: Iterable[Path]) -> list[Path]:
    """Every file of these files and folders, each once, in order; hidden ones are left out."""
    found = dict.fromkeys(file for place in places for file in _files(place))
    return list(found)


def _files(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    inside = [path for path in place.rglob("*") if path.is_file()]
    return sorted(path for path in inside if "/." not in f"/{path.relative_to(place).as_posix()}")
