"""Whatever the bytes, there is a photo or a reason; nothing else, and soon."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.on_upload.describe import describe
from functions.pictures.budget import PixelBudget
from functions.pictures.photo import Limits, open_photo
from functions.runtime.faults import Rejected
from tests.unit.photos import ODD

LIMITS = Limits(max_pixels=4_000_000)
SEEDS = [
    path.read_bytes()
    for path in sorted(ODD.iterdir())
    if 0 < path.stat().st_size < 60_000 and path.suffix != ".json"
]
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def check(data: bytes) -> None:
    """A photo that can be described, or Rejected; any other exception fails the test."""
    try:
        with open_photo(data, LIMITS, PixelBudget()) as photo:
            assert photo.image.mode == "RGB"
            assert max(photo.image.size) <= 1600
            describe(photo)
    except Rejected:
        pass


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), st.data())
def test_changed_bytes(seed: bytes, draw: st.DataObject) -> None:
    changed = bytearray(seed)
    # Most structure, and so most of what can go wrong, is at the beginning.
    places = st.integers(0, min(len(seed), 600) - 1) | st.integers(0, len(seed) - 1)
    for place, value in draw.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=12)):
        changed[place] = value
    check(bytes(changed))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), st.floats(0, 1), st.floats(0, 1), st.binary(max_size=40))
def test_cut_and_filled_bytes(seed: bytes, start: float, end: float, filling: bytes) -> None:
    first, last = int(len(seed) * min(start, end)), int(len(seed) * max(start, end))
    check(seed[:first] + filling + seed[last:])
    check(seed[:last])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([seed[:16] for seed in SEEDS]), st.binary(max_size=400))
def test_a_true_beginning_with_anything_after_it(start: bytes, rest: bytes) -> None:
    check(start + rest)
