"""How labels are written."""

import pytest

from functions.runtime.label import clean


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Quartz   (Var: Amethyst) ", "Quartz (Var: Amethyst)"),
        ("viola\u0303o", "violão"),
        ("100%", "100%"),
        ("\U0001f3b8", "\U0001f3b8"),
        ("x" * 64, "x" * 64),
    ],
)
def test_a_label_is_kept_tidy(written: str, kept: str) -> None:
    assert clean(written) == kept


@pytest.mark.parametrize("wrong", ["", "   ", "x" * 65, "unknown", "Unknown ", "a\x00b"])
def test_a_label_that_cant_be_one_is_refused_with_a_sentence(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        clean(wrong)
