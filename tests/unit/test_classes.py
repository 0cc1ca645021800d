"""Which labels can be learned, and what is said of those that can't yet."""

import pytest

from scheduler.learning.photos.classes import learnable, too_few
from scheduler.learning.recipe import CannotLearn


def test_two_labels_of_five_photos_each_are_enough() -> None:
    assert learnable(["hat"] * 5 + ["shoe"] * 5) == ("hat", "shoe")


def test_a_label_with_few_photos_takes_part_beside_two_that_have_enough() -> None:
    assert learnable(["hat"] * 5 + ["shoe"] * 6 + ["scarf"] * 2) == ("hat", "scarf", "shoe")


def test_a_label_with_one_photo_is_left_out_and_named() -> None:
    labels = ["hat"] * 5 + ["shoe"] * 6 + ["scarf"]
    assert learnable(labels) == ("hat", "shoe")
    assert too_few(labels) == ["'scarf' has one photo only and is not learned yet; it needs 2."]


def test_too_few_photos_are_told_with_what_is_missing() -> None:
    with pytest.raises(CannotLearn) as said:
        learnable(["hat"] * 7 + ["shoe"] * 3 + ["scarf"])
    assert str(said.value) == (
        "Learning needs at least two labels with 5 photos each. "
        "So far 'hat' has 7, 'scarf' has 1 (4 more needed), 'shoe' has 3 (2 more needed)."
    )


def test_one_label_alone_is_told() -> None:
    with pytest.raises(CannotLearn, match=r"at least two labels.*So far 'hat' has 50\."):
        learnable(["hat"] * 50)


def test_no_label_at_all_is_told() -> None:
    with pytest.raises(CannotLearn, match="No photo that can be used has a label yet"):
        learnable([])
