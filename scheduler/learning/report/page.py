"""`report.html`: one page that opens by itself, on a phone, on a desk and on paper."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from scheduler.learning.dataset import HELD_OUT, NO_SIDE, TRAIN, VALIDATION
from scheduler.learning.report import words
from scheduler.learning.report.by_class import weakest_first
from scheduler.learning.report.paper import DPI
from scheduler.learning.report.story import ReportStory

_SIDES = {TRAIN: "training", VALIDATION: "validation", HELD_OUT: "held out", NO_SIDE: "unused"}


@dataclass(frozen=True)
class Inline:
    """A picture inside the page: its address, and its width in CSS pixels at 100 an inch."""

    address: str
    width: int

    @staticmethod
    def of(picture: bytes) -> "Inline":
        """The PNG as an address of its own; its width stands in bytes 16 to 20."""
        width = int.from_bytes(picture[16:20], "big") * 100 // DPI
        return Inline(f"data:image/png;base64,{b64encode(picture).decode()}", width)


def page(story: ReportStory, pictures: Mapping[str, bytes]) -> bytes:
    """The page with these pictures (file name -> PNG) inside; it needs nothing from outside."""
    numbers = {score.name: place for place, score in enumerate(story.judged.classes, 1)}
    shown = _template().render(
        story=story,
        judged=story.judged,
        headline=_together(words.headline(story.judged, story.cross_validated)),
        decision=_together(words.decision(story)),
        unknown=[_together(paragraph) for paragraph in words.unknown(story)],
        made_at=story.made_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        scores=weakest_first(story.judged),
        numbers=numbers,
        sides=_sides(story),
        pictures={name: Inline.of(data) for name, data in pictures.items()},
        epochs=max((len(curve) for curve in story.curves.values()), default=0),
    )
    return shown.encode()


def _sides(story: ReportStory) -> dict[str, Mapping[str, int]]:
    """The counts of each side that has photos, under the name that people read."""
    counted = {told: story.counts.get(side, {}) for side, told in _SIDES.items()}
    return {told: counts for told, counts in counted.items() if any(counts.values())}


def _together(sentence: str) -> str:
    """The sentence with its percent signs kept on the line of their numbers."""
    return sentence.replace(" %", "\N{NO-BREAK SPACE}%")


@cache
def _template() -> Template:
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        # Labels come from people.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters |= {"percent": words.percent, "span": words.span, "number": words.number}
    return pages.get_template("report.html.jinja")
