"""Draws a collection as a data set: the balance of its classes, and a sample of each."""

import io
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from colecionador.dataset_facts import NOT_YET, Class, Facts
from functions.runtime.database import Document
from functions.runtime.photo import PhotoRef
from functions.runtime.storage import Storage

_MOST_BARS: Final = 60
_MOST_ROWS: Final = 16
_COLUMNS: Final = 8
_TILE: Final = 160
"""Pixels of a thumbnail's square in the grid."""

_COLOURS: Final = {
    "train": "#3b6ea8",
    "validation": "#8fb4d9",
    "held out": "#e0a33e",
    "none": "#b9b9b9",
    NOT_YET: "#7fa98a",
}


def balance(found: Facts, folder: Path) -> Path:
    """A bar for each class, its sides side by side; returns the PNG."""
    shown = found.classes[:_MOST_BARS]
    figure = Figure(figsize=(9, 1.6 + 0.32 * len(shown)), layout="constrained")
    axes = figure.add_subplot()
    ends = [0] * len(shown)
    for side, colour in _COLOURS.items():
        counts = [one.sides[side] for one in shown]
        if any(counts):
            rows = range(len(shown))
            axes.barh(rows, counts, height=0.74, left=ends, color=colour, label=_side(side))
        ends = [end + count for end, count in zip(ends, counts, strict=True)]
    for row, end in enumerate(ends):
        axes.annotate(f"{end:,}", (end, row), (4, 0), textcoords="offset points", va="center")
    _names(axes, shown, range(len(shown)))
    axes.margins(x=0.1, y=0.02)
    axes.spines[["top", "right", "left"]].set_visible(False)
    figure.legend(loc="outside lower left", ncols=5, frameon=False)
    axes.set_title(_title(found, len(shown)), loc="left", parse_math=False)
    return _saved(figure, folder / f"{found.collection}-balance.png")


def samples(found: Facts, photos: Iterable[Document], storage: Storage, folder: Path) -> Path:
    """A row of thumbnails for each class, always the same ones; returns the PNG. Raises Outage."""
    shown = found.classes[:_MOST_ROWS]
    sheet = Image.new("RGB", (_COLUMNS * _TILE, len(shown) * _TILE), "white")
    records = list(photos)
    for row, one in enumerate(shown):
        ids = [str(photo["_id"]) for photo in records if photo.get("label") == one.label]
        # The end of an id is random: as good as drawn, and the same each time.
        drawn = sorted(ids, key=lambda photo: photo[-12:])[:_COLUMNS]
        for column, photo in enumerate(drawn):
            stored = storage.read("thumbnails", PhotoRef(found.collection, photo).image)
            if stored:
                _paste(sheet, stored.data, column, row)
    figure = Figure(figsize=(11, 0.6 + 1.25 * len(shown)), layout="constrained")
    axes = figure.add_subplot()
    axes.imshow(sheet)
    axes.set_xticks([])
    axes.spines[:].set_visible(False)
    middles = [row * _TILE + _TILE / 2 for row in range(len(shown))]
    axes.set_yticks(middles, [one.label for one in shown])
    axes.tick_params(length=0)
    axes.set_title(_title(found, len(shown)), loc="left", parse_math=False)
    return _saved(figure, folder / f"{found.collection}-samples.png")


def _side(side: str) -> str:
    return {"none": "on no side", NOT_YET: "no side yet"}.get(side, side)


def _names(axes: Axes, classes: Sequence[Class], at: Iterable[float]) -> None:
    axes.set_yticks(list(at), [one.label for one in classes])
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()


def _paste(sheet: Image.Image, thumbnail: bytes, column: int, row: int) -> None:
    with Image.open(io.BytesIO(thumbnail)) as picture:
        picture.thumbnail((_TILE - 8, _TILE - 8))
        left = column * _TILE + (_TILE - picture.width) // 2
        sheet.paste(picture, (left, row * _TILE + (_TILE - picture.height) // 2))


def _title(found: Facts, shown: int) -> str:
    labelled = found.photos - found.unlabelled
    told = f"{found.collection}: {labelled:,} labelled photos of {len(found.classes)} classes"
    return told if shown == len(found.classes) else f"{told}, the {shown} largest"


def _saved(figure: Figure, file: Path) -> Path:
    for axes in figure.axes:
        for text in axes.get_yticklabels():
            # A label is text: its dollar signs are no formula.
            text.set_parse_math(False)
    with warnings.catch_warnings():
        # A font may lack a label's signs; it draws a box for them.
        warnings.filterwarnings("ignore", "Glyph .* missing from")
        figure.savefig(file, dpi=130)
    return file
