"""The sentences of a report."""

from scheduler.learning.judging.judged import Judged
from scheduler.learning.report.story import ReportStory


def percent(share: float | None) -> str:
    """A share as people write it: `87 %`, `99.6 %` when 100 would claim too much; – for none."""
    if share is None:
        return "–"
    digits = 1 if share not in (0, 1) and f"{share:.0%}" in ("0%", "100%") else 0
    return f"{100 * share:.{digits}f} %"


def photos(count: int) -> str:
    """`1 photo`, `2 photos`."""
    return f"{count} photo" if count == 1 else f"{count} photos"


def headline(judged: Judged, cross_validated: bool) -> str:
    """How good it is, in one sentence."""
    if judged.interval is None:
        return "There was no photo to judge it on, so nobody knows yet how often it is right"
    if cross_validated:
        seen = "each asked of a model that had not seen it"
        told = f"Right for {judged.right} of {photos(judged.photos)}, {seen}"
    else:
        told = f"Right for {judged.right} of {photos(judged.photos)} it never saw"
    low, high = percent(judged.interval.low), percent(judged.interval.high)
    return f"{told}: {percent(judged.accuracy)} ({low.removesuffix(' %')} to {high})"


def decision(story: ReportStory) -> str:
    """What the gate said, if it has spoken."""
    if story.became_current is None:
        return "Whether it may answer was still open when this was written."
    said = "It became the current version" if story.became_current else "It did not become current"
    return f"{said}: {story.reason}" if story.reason else f"{said}."


def unknown(story: ReportStory) -> list[str]:
    """What `unknown` means for this version, and how often it would have said so: paragraphs."""
    told = (
        f"An answer with less than {percent(story.threshold)} confidence is given as unknown; "
        f"the aim is that {percent(story.precision)} of the answers with a name are right."
    )
    if story.farthest is not None:
        told += (
            " So is a photo too unlike all that it learned from "
            f"(a distance above {story.farthest:.3g})."
        )
    named = story.named
    if named is None or not named.photos:
        return [told]
    left = percent(1 - named.named / named.photos)
    found = f"Of the {photos(named.photos)} it was judged on, {left} would be unknown."
    if named.named:
        share = percent(named.right / named.named)
        found += f" Of the {named.named} with a name, {named.right} are right: {share}."
    return [told, found]


def span(seconds: float) -> str:
    """A time span: `3.2 s`, `12 min`, `2.5 h`."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def size(count: float) -> str:
    """A number of bytes: `840 B`, `12 kB`, `7.3 MB`."""
    if count < 1000:
        return f"{count:.0f} B"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def number(count: int) -> str:
    """A whole number in groups of three: `1,823,882`."""
    return f"{count:,}"
