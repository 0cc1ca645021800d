"""How long a caller wants to wait."""

import pytest

from functions.api.headers import preferred_wait


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0), ("", 0), ("wait=5", 5), ("respond-async, wait=7", 7), ('wait="3"', 3),
        ("wait=21", 20), ("wait=" + "9" * 1000, 20), ("wait", 0), ("wait=soon", 0),
        ("wait=-1", 0), ("wait=1.5", 0), ("wait=٣", 0), ("return=minimal", 0),
    ],
)  # fmt: skip
def test_a_caller_waits_as_long_as_preferred_and_at_most_20_seconds(
    header: str | None, seconds: float
) -> None:
    assert preferred_wait(header) == seconds
