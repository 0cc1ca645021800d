"""What is counted of a collection's records."""

from typing import Any

from colecionador.dataset_facts import NOT_YET, Span, facts


def record(label: str | None = "hat", **more: Any) -> dict[str, Any]:
    return {
        "_id": "x",
        "state": "ready",
        "label": label,
        "width": 4,
        "height": 3,
        "size": 9,
        **more,
    }


def test_classes_come_with_their_sides_the_largest_first() -> None:
    found = facts(
        "c",
        [
            record("hat", side="train"),
            record("hat", side="held out"),
            record("shoe", side="none"),
            record("cap"),
            record("hat"),
            record(None),
        ],
    )
    assert (found.photos, found.unlabelled) == (6, 1)
    assert [(one.label, one.photos) for one in found.classes] == [
        ("hat", 3),
        ("cap", 1),
        ("shoe", 1),
    ]
    hats = found.classes[0].sides
    assert hats == {"train": 1, "validation": 0, "held out": 1, "none": 0, NOT_YET: 1}


def test_what_never_came_or_went_is_no_photo() -> None:
    states = ("expected", "expired", "removed", "rejected")
    found = facts("c", [record(state=state) for state in states])
    assert (found.photos, found.classes, dict(found.sizes)) == (0, [], {})


def test_sizes_tell_the_least_the_middle_and_the_most() -> None:
    found = facts("c", [record(width=width) for width in (100, 300, 4000)] + [record(width=None)])
    assert found.sizes["width"] == Span(100, 300, 4000)
    assert found.sizes["bytes"] == Span(9, 9, 9)


def test_groups_that_look_alike_have_at_least_two_photos() -> None:
    found = facts("c", [record(like=like) for like in ("a", "a", "a", "b", "b", "c", None)])
    assert (found.alike_groups, found.alike_photos) == (2, 5)
