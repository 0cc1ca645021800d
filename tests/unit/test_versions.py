"""What a model version tells of itself."""

import pytest

from functions.learning.told_report import ReportNumbers
from functions.learning.versions import is_there, marks, read_version
from functions.runtime.models import Pointer
from tests.unit.bucket import WHEN, MemoryBucket
from tests.unit.stories import CLOTHES, judged, story


def test_the_numbers_of_a_report_are_read_from_it() -> None:
    seen = judged(CLOTHES, 60)
    read = ReportNumbers.read(story(seen, became_current=True, reason="It may.").as_json())
    assert read is not None
    assert (read.recipe, read.parameters, read.reason) == ("transfer", 330_506, "It may.")
    assert (read.judged.accuracy, read.judged.right) == (seen.accuracy, seen.right)
    assert seen.interval is not None
    assert read.judged.interval is not None
    assert read.judged.interval.low == pytest.approx(seen.interval.low)
    assert [score.name for score in read.judged.classes] == list(CLOTHES)


def test_a_report_without_judged_photos_has_no_accuracy() -> None:
    read = ReportNumbers.read(story(judged(CLOTHES, 0)).as_json())
    assert read is not None
    assert (read.judged.accuracy, read.judged.interval) == (None, None)


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", b'{"recipe": 1}'])
def test_what_is_no_report_has_no_numbers(data: bytes) -> None:
    assert ReportNumbers.read(data) is None


@pytest.mark.parametrize(
    ("data", "photos"),
    [(b'{"photos": {"a": "hat", "b": "cap"}}', 2), (b"{", None), (b"[]", None), (b"{}", None),
     (b'{"photos": "many"}', None), (b"\xff", None)],
)  # fmt: skip
def test_a_version_tells_how_many_photos_it_learned_from(data: bytes, photos: int | None) -> None:
    bucket = MemoryBucket()
    bucket.write("models", "c/v/data.json", data, "", {})
    told = read_version(bucket, "c", "v", WHEN)
    assert (told.photos, told.kind, told.report) == (photos, "damaged", None)


def test_a_version_is_there_once_it_has_a_manifest() -> None:
    bucket = MemoryBucket()
    bucket.write("models", "c/v/model.tflite", b"", "", {})
    assert not is_there(bucket, "c", "v")
    bucket.write("models", "c/v/manifest.json", b"{", "", {})
    assert is_there(bucket, "c", "v")
    bucket.write("models", "d/v/manifest.json", b"{", "", {})
    assert not is_there(bucket, "c", "../d/v")


def test_marks_tell_what_a_version_is_now() -> None:
    pointer = Pointer("b", previous="a")
    assert [marks(name, pointer, "b") for name in "abc"] == [
        ["previous"],
        ["current", "pinned"],
        [],
    ]
    assert marks("general", None, None) == ["current"]
