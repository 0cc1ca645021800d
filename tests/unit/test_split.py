"""Sides: by the photo's id, near-duplicates together, and never a leak between two sides."""

import numpy as np
import pytest
import uuid6
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.learning.dataset import HELD_OUT, NO_SIDE, TRAIN, VALIDATION
from scheduler.learning.photos.split import COSINE, Looks, Place, groups, placed, side_of

SIDES = (TRAIN, VALIDATION, HELD_OUT, NO_SIDE)


def looks(phashes: list[int], features: list[int], sha256: list[str] | None = None) -> Looks:
    """Photos `p0`, `p1`...; features of different numbers are at right angles."""
    ids = [f"p{at}" for at in range(len(phashes))]
    rows = np.eye(max(features, default=0) + 1, 1280, dtype=np.float16)[features]
    return Looks(ids, sha256 or ids, np.array(phashes, np.uint64), rows)


def test_of_ten_thousand_photos_seven_tenths_are_trained_on() -> None:
    sides = [side_of(str(uuid6.uuid7())) for _ in range(10_000)]
    shares = {side: sides.count(side) / 10_000 for side in SIDES}
    assert shares == pytest.approx(
        {TRAIN: 0.7, VALIDATION: 0.2, HELD_OUT: 0.1, NO_SIDE: 0}, abs=0.02
    )


def test_the_side_of_an_id_is_the_same_for_ever() -> None:
    # A change of the rule would move photos that models were judged on into training.
    known = [f"01a1fe1e-1967-7c1f-817f-{at:012x}" for at in range(12)]
    assert "".join(side_of(photo)[0] for photo in known) == "tvtvtvhttttt"


def test_photos_that_look_like_no_other_go_by_their_ids() -> None:
    found = placed(looks([0, 0xFFFF], [0, 1]), [None, None])
    assert found == {one: Place(side_of(one), one) for one in ("p0", "p1")}


def test_a_near_duplicate_goes_where_the_oldest_is() -> None:
    found = placed(looks([0, 0b1111, 0b0110], [3, 3, 3]), [HELD_OUT, None, None])
    assert found == {"p1": Place(HELD_OUT, "p0"), "p2": Place(HELD_OUT, "p0")}


def test_new_near_duplicates_go_where_the_oldest_of_them_goes() -> None:
    found = placed(looks([0, 0, 0], [1, 1, 1]), [None, None, None])
    assert set(found.values()) == {Place(side_of("p0"), "p0")}


def test_the_order_in_which_new_photos_are_told_does_not_matter() -> None:
    told = looks([0, 0, 0xFF, 0], [1, 1, 2, 1])
    turned = Looks(told.ids[::-1], told.sha256[::-1], told.phashes[::-1], told.features[::-1])
    assert placed(told, [None] * 4) == placed(turned, [None] * 4)


@pytest.mark.parametrize(
    ("phash", "feature"), [(0b11111, 3), (0, 4)], ids=["five bits apart", "other features"]
)
def test_a_photo_alike_in_one_respect_only_is_no_near_duplicate(phash: int, feature: int) -> None:
    found = placed(looks([0, phash], [3, feature]), [NO_SIDE, None])
    assert found == {"p1": Place(side_of("p1"), "p1")}


def test_features_must_point_nearly_the_same_way() -> None:
    told = looks([0, 0, 0], [0, 0, 0])
    for row, cosine in ((1, COSINE + 0.005), (2, COSINE - 0.005)):
        told.features[row, :2] = cosine, np.sqrt(1 - cosine**2)
    told.features[2, 2], told.features[2, 1] = told.features[2, 1], 0
    assert placed(told, [NO_SIDE, None, None])["p1"].like == "p0"
    assert placed(told, [NO_SIDE, None, None])["p2"].like == "p2"


def test_the_same_bytes_are_near_duplicates_whatever_else_is_known() -> None:
    told = looks([0, 0xFFFF], [0, 1], sha256=["same", "same"])
    told.features[:] = 0
    assert placed(told, [HELD_OUT, None]) == {"p1": Place(HELD_OUT, "p0")}


def test_a_photo_between_two_sides_belongs_to_none() -> None:
    found = placed(looks([0b11110000, 0b1111, 0b00111100], [1, 1, 1]), [TRAIN, HELD_OUT, None])
    assert found == {"p2": Place(NO_SIDE, "p0")}


def test_sides_that_were_given_stay() -> None:
    assert placed(looks([0, 0], [1, 1]), [TRAIN, HELD_OUT]) == {}


def test_no_photos_have_no_sides() -> None:
    assert placed(looks([], []), []) == {}


@settings(deadline=None)
@given(
    photos=st.lists(
        st.tuples(
            st.sampled_from([0, 0b11, 0b1111, 0b111111, 0b11111111]),
            st.integers(0, 1),
            st.sampled_from("abcdefgh"),
            st.sampled_from([None, None, *SIDES]),
        ),
        max_size=12,
    )
)
def test_a_new_photo_and_one_like_it_are_never_on_two_sides(
    photos: list[tuple[int, int, str, str | None]],
) -> None:
    phashes, features, sha256, before = ([row[at] for row in photos] for at in range(4))
    told = looks(phashes, features, sha256)  # type: ignore[arg-type]
    new = placed(told, before)  # type: ignore[arg-type]
    sides = [new[photo].side if photo in new else str(side)
             for photo, side in zip(told.ids, before, strict=True)]  # fmt: skip
    for one in range(len(photos)):
        for other in range(one):
            alike = sha256[one] == sha256[other] or (
                (phashes[one] ^ phashes[other]).bit_count() <= 4  # type: ignore[operator]
                and features[one] == features[other]
            )
            if alike and (before[one] is None or before[other] is None):
                assert len({sides[one], sides[other]} - {NO_SIDE}) <= 1


def test_photos_that_others_join_are_one_group() -> None:
    found = groups(["a", "b", "c", "d", "e"], ["a", "a", "b", "gone", "gone"])
    assert found[0] == found[1] == found[2] != found[3] == found[4]
