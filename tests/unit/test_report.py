"""A version's report: numbers, pictures and a page, whatever the training was like."""

import io
import json
import math
import re
from typing import Any

import pytest
from PIL import Image

from scheduler.learning.judging.interval import interval
from scheduler.learning.judging.thresholds import Named
from scheduler.learning.report.comparison import Compared, comparison_files
from scheduler.learning.report.confusion import confusion_png
from scheduler.learning.report.files import report_files
from scheduler.learning.report.paper import lettering
from scheduler.learning.report.words import decision, headline, percent, unknown
from tests.unit.stories import CLOTHES, judged, read_story, story

ODD = [
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "$x^2_{1$",
    "_hidden",
    "貓",
    "ספר",
    "कमीज",
    "a very long label that goes on until sixty-four signs are used up",
]


def picture(data: bytes) -> Image.Image:
    """The PNG, read to its last byte."""
    opened = Image.open(io.BytesIO(data))
    opened.load()
    assert opened.format == "PNG"
    return opened


def test_a_report_is_numbers_pictures_and_a_page_with_the_pictures_inside() -> None:
    files = report_files(story(judged(CLOTHES, 60)))
    pictures = [name for name in files if name.endswith(".png")]
    assert sorted(pictures) == ["calibration.png", "classes.png", "confusion.png", "curves.png"]
    assert all(picture(files[name]).width >= 600 for name in pictures)
    page = files["report.html"].decode()
    assert page.count("data:image/png;base64,") == 4
    assert "http://" not in page
    assert "https://" not in page


def test_the_same_story_makes_the_same_bytes() -> None:
    told = story(judged(["cat", "dog"], 10))
    assert report_files(told) == report_files(told)


def test_the_numbers_come_back_from_the_json() -> None:
    told = story(judged(CLOTHES, 60), became_current=True, reason="Better.", named=Named(60, 9, 8))
    stored = told.as_json()
    assert read_story(stored) == told
    assert json.loads(stored)["judged"]["photos"] == 60


def test_labels_from_people_are_text_and_never_markup() -> None:
    page = report_files(story(judged(ODD, 80), reason="<b>no</b>", became_current=False))
    html = page["report.html"].decode()
    assert "<script" not in html
    assert "<b>no</b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7 * 7 }}" in html
    assert all(label in html for label in ODD[2:])


@pytest.mark.parametrize(
    ("classes", "photos", "right"),
    [
        (["cat", "dog"], 0, 1),
        (["cat", "dog"], 1, 1),
        (["cat", "dog"], 10, 1),
        (["cat", "dog"], 10, 0),
        (CLOTHES, 3, 1),
        ([f"class {number} of thirty" for number in range(30)], 60, 0.8),
    ],
)
def test_small_odd_and_large_cases_are_told_too(
    classes: list[str], photos: int, right: float
) -> None:
    files = report_files(story(judged(classes, photos, right), curves={}, backbone=None))
    assert "curves.png" not in files
    assert ("confusion.png" in files) == (photos > 0)
    words = re.sub(r'base64,[^"]*', "", files["report.html"].decode())
    assert all(name in words for name in classes)
    assert "nan" not in words
    assert "None" not in words


@pytest.mark.parametrize(
    "curves",
    [
        {"loss": [0.7]},
        {"loss": [math.nan, 0.5, math.inf], "val_loss": [None, 0.4, 0.3]},
        {"accuracy": [0.5, 0.6, 0.7], "val_accuracy": []},
    ],
)
def test_curves_are_drawn_as_far_as_they_are_known(curves: dict[str, Any]) -> None:
    files = report_files(story(judged(CLOTHES, 5), curves=curves))
    picture(files["curves.png"])
    assert read_story(files["report.json"]).curves.keys() == curves.keys()


def test_a_picture_numbers_labels_it_cannot_letter() -> None:
    assert lettering(["кот", "貓", "ספר", "कमीज", "Füße"]) == [
        "кот",
        "no. 2",
        "no. 3",
        "no. 4",
        "Füße",
    ]
    assert lettering(["longer than any picture has room for"]) == ["1 longer than any p…"]


def test_a_picture_grows_with_the_classes() -> None:
    few = picture(confusion_png(judged(CLOTHES, 30)))
    many = picture(confusion_png(judged([f"class {number}" for number in range(20)], 40)))
    assert few.width < many.width < 3000


def test_the_headline_says_how_often_it_was_right_and_how_one_knows() -> None:
    all_right = judged(CLOTHES, 10, right=1)
    assert headline(all_right, False) == (
        "Right for 10 of 10 photos it never saw: 100 % (72 to 100 %)"
    )
    assert "each asked of a model that had not seen it" in headline(all_right, True)
    assert "nobody knows yet" in headline(judged(CLOTHES, 0), False)


@pytest.mark.parametrize(
    ("share", "told"),
    [(None, "–"), (0, "0 %"), (0.872, "87 %"), (0.996, "99.6 %"), (0.004, "0.4 %"), (1, "100 %")],
)
def test_shares_are_told_without_claiming_too_much(share: float | None, told: str) -> None:
    assert percent(share) == told


def test_the_decision_is_told_in_words() -> None:
    seen = judged(CLOTHES, 10)
    assert "still open" in decision(story(seen))
    said = decision(story(seen, became_current=False, reason="hat falls by 14 points."))
    assert said == "It did not become current: hat falls by 14 points."
    assert decision(story(seen, became_current=True)) == "It became the current version."


def test_sides_without_photos_are_left_out() -> None:
    counts = {"train": {"cat": 7, "dog": 5}, "none": {"cat": 0, "dog": 0}}
    page = report_files(story(judged(["cat", "dog"], 4), counts=counts))["report.html"].decode()
    assert "<th>training</th>" in page
    assert "<th>unused</th>" not in page


def test_unknown_is_told_with_its_threshold_and_its_price() -> None:
    told = " ".join(unknown(story(judged(CLOTHES, 150), named=Named(150, 138, 129))))
    assert "less than 62 % confidence" in told
    assert "a distance above 0.4" in told
    assert "Of the 150 photos it was judged on, 8 % would be unknown" in told
    assert "Of the 138 with a name, 129 are right: 93 %" in told
    assert "distance" not in " ".join(unknown(story(judged(CLOTHES, 150), farthest=None)))


def test_candidates_are_compared_as_a_picture_and_as_numbers() -> None:
    seen = interval(131, 150)
    assert seen is not None
    row = Compared("transfer", 131 / 150, seen, 0.87, 330_506, 8.4, 1_330_000)
    files = comparison_files([row, row])
    assert picture(files["comparison.png"]).width == 1600
    assert json.loads(files["comparison.json"])[1]["parameters"] == 330_506


def test_without_candidates_there_is_no_comparison() -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        comparison_files([])
