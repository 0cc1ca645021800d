"""Finds what lies in a folder of class folders; everything there is a candidate or left out."""

import os
from collections.abc import Iterator
from pathlib import Path

from colecionador.imports.candidate import Candidate, LeftOut
from colecionador.imports.folder_name import label_of
from functions.runtime import label as labels


def found_in(folder: Path) -> Iterator[Candidate | LeftOut]:
    """Every file below `folder`, in order; its label is the name of the first folder below.

    Hidden folders, links to folders and folders that can't be read are told as one.
    """
    for place in sorted(folder.iterdir()):
        name = _text(place.name)
        if _is_hidden(place.name):
            yield LeftOut(name, None, "hidden", "Hidden files and folders are left out.")
        elif place.is_symlink() and os.path.isdir(place):
            yield _link(folder, place)
        elif os.path.isdir(place):
            yield from _in_class(folder, place)
        else:
            yield LeftOut(name, None, "no-class", "The file lies in no class folder.")


def _in_class(folder: Path, place: Path) -> Iterator[Candidate | LeftOut]:
    try:
        label = labels.clean(_strict(label_of(place.name)))
    except ValueError as reason:
        label, refusal = None, str(reason)
    empty = True
    for found in _files(folder, place):
        empty = False
        if isinstance(found, LeftOut):
            yield found
        elif label is None:
            yield LeftOut(_name(folder, found), None, "label", refusal)
        else:
            yield Candidate(found, _name(folder, found), label)
    if empty:
        yield LeftOut(_name(folder, place), label, "empty-class", "There is no file in the folder.")


def _files(folder: Path, place: Path) -> Iterator[Path | LeftOut]:
    try:
        inside = sorted(place.iterdir())
    except OSError as error:
        reason = f"The folder can't be read: {error.strerror}."
        yield LeftOut(_name(folder, place), None, "unreadable", reason)
        return
    for path in inside:
        if _is_hidden(path.name):
            reason = "Hidden files and folders are left out."
            yield LeftOut(_name(folder, path), None, "hidden", reason)
        # What can't even be asked is no folder here, and unreadable to whoever opens it.
        elif not os.path.isdir(path):
            yield path
        elif path.is_symlink():
            yield _link(folder, path)
        else:
            yield from _files(folder, path)


def _link(folder: Path, path: Path) -> LeftOut:
    # It may lead back to where we are: then every photo would be there under two labels.
    return LeftOut(_name(folder, path), None, "link", "Links to folders are not followed.")


def _name(folder: Path, path: Path) -> str:
    return _text(path.relative_to(folder).as_posix())


def _text(name: str) -> str:
    """The name in UTF-8; what is none gets signs that say so."""
    return os.fsencode(name).decode(errors="replace")


def _strict(name: str) -> str:
    try:
        return os.fsencode(name).decode()
    except UnicodeDecodeError:
        raise ValueError("The folder's name is not text in UTF-8.") from None


def _is_hidden(name: str) -> bool:
    return name.startswith(".")
