"""The report's files, as they go with a version into the `models` bucket."""

from scheduler.learning.report.believed import calibration_png
from scheduler.learning.report.by_class import classes_png
from scheduler.learning.report.confusion import confusion_png
from scheduler.learning.report.curves import curves_png
from scheduler.learning.report.page import page
from scheduler.learning.report.story import ReportStory


def report_files(story: ReportStory) -> dict[str, bytes]:
    """`report.json`, `report.html` and its pictures by file name.

    `confusion.png`, `classes.png` and `calibration.png` are left out without judged photos, and
    `curves.png` without curves; the page says so.
    """
    pictures = _pictures(story)
    return {"report.json": story.as_json(), "report.html": page(story, pictures), **pictures}


def _pictures(story: ReportStory) -> dict[str, bytes]:
    drawn = {}
    if story.judged.calibration is not None:
        drawn["confusion.png"] = confusion_png(story.judged)
        drawn["classes.png"] = classes_png(story.judged)
        drawn["calibration.png"] = calibration_png(story.judged.calibration, story.threshold)
    curves = curves_png(story.curves)
    if curves is not None:
        drawn["curves.png"] = curves
    return drawn
