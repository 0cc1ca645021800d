"""How labels are written."""

import pytest

from functions.runtime.label import clean, folded


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Quartz   (Var: Amethyst) ", "Quartz (Var: Amethyst)"),
        ("viola\u0303o", "violão"),
        ("100%", "100%"),
        ("\U0001f3b8", "\U0001f3b8"),
        ("x" * 64, "x" * 64),
        ("a\tb\n", "a b"),
        ("$label", "$label"),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
    ],
)
def test_a_label_is_kept_tidy(written: str, kept: str) -> None:
    assert clean(written) == kept


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "   ",
        "x" * 65,
        "unknown",
        "Unknown ",
        "unk\u200bnown",
        "\u200b",
        "\u0301",
        "\ufe0f",
        "\u3164 \u2800",
        "unknown\ufe0f",
        "a\x00b",
        "a\x1bb",
        "\udcff",
    ],
)
def test_a_label_that_cannot_be_one_is_refused_with_a_sentence(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        clean(wrong)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hat", "hAT"), ("Straße", "STRASSE"), ("viola\u0303o", "VIOLÃO"), ("ΣΑΣ", "σας")],
)
def test_two_spellings_that_differ_in_case_are_one_label(one: str, other: str) -> None:
    assert folded(clean(one)) == folded(clean(other))


def test_an_accent_makes_another_label() -> None:
    assert folded("Rose") != folded("Rosé")
