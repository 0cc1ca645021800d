"""What the command line shows, without a server."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from colecionador.condition import BROKEN, FINE, LOOK, Condition, FunctionCondition
from colecionador.ended import percentile, times
from colecionador.put import steps, told
from colecionador.shown import moment, safe, show_table, span
from colecionador.training_shown import line_of

AT = datetime(2026, 11, 21, 9, 34, 40, 123456, UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, ""), (0.0842, "84 ms"), (0.9999, "1.0 s"), (3.21, "3.2 s"), (720, "12 min"),
     (18000, "5 h")],
)  # fmt: skip
def test_a_span_reads_as_people_say_it(seconds: float | None, said: str) -> None:
    assert span(seconds) == said


def test_a_moment_is_told_in_utc_to_the_millisecond() -> None:
    assert moment(AT) == "2026-11-21 09:34:40.123"
    assert moment(None) == ""


def test_a_file_name_cannot_move_the_cursor() -> None:
    assert safe("a\x1b[2Jb\tc\nd violão 🎩") == "a\ufffd[2Jb\ufffdc\ufffdd violão 🎩"


def test_without_a_terminal_a_table_is_lines_with_tabs(capsys: pytest.CaptureFixture[str]) -> None:
    show_table("hats", ("id", "name"), [("1", "a [bold]hat"), ("2", "b")])
    assert capsys.readouterr().out == "id\tname\n1\ta [bold]hat\n2\tb\n"


def test_a_percentile_is_one_of_the_values() -> None:
    assert [percentile([4, 1, 3, 2], share) for share in (0, 0.5, 0.95, 1)] == [1, 2, 4, 4]
    assert percentile([7], 0.5) == 7


def test_times_run_from_stored_to_each_mark_and_to_the_last() -> None:
    stored = {"a": AT, "b": AT}
    ready = {"id": "a", "state": "ready", "functions": marks(on_upload=1, classify=3, augment=2)}
    refused = {"id": "b", "state": "rejected", "functions": marks(on_upload=-1)}
    assert times([ready, refused], stored) == {
        "on_upload": [1, 0],
        "classify": [3],
        "augment": [2],
        "ready": [3],
    }


def test_the_steps_of_a_batch_are_told_in_their_order() -> None:
    ready = {"id": "a", "state": "ready", "functions": marks(on_upload=1, classify=3)}
    rows = steps([ready], {"a": AT}, [0.5])
    assert [row[0] for row in rows] == ["sending", "on_upload", "classify", "ready"]
    assert rows[0] == ("sending", "500 ms", "500 ms", "500 ms")


def test_a_batch_that_has_not_ended_says_how_many_are_open() -> None:
    said = list(told([{"state": "ready"}, {"state": "rejected"}, {"state": "ready"}], sent=5))
    assert said[:2] == ["2 ready", "1 rejected"]
    assert said[2].startswith("2 still unfinished")


def test_a_stack_that_works_is_fine() -> None:
    assert condition().verdict() == FINE


@pytest.mark.parametrize(
    "trouble",
    [{"our_faults": 1}, {"oldest_seconds": 301.0}, {"warnings": ("a wrong token",)}],
)
def test_parked_late_or_warned_deliveries_ask_for_a_look(trouble: dict[str, Any]) -> None:
    assert condition(**trouble).verdict() == LOOK


def test_a_file_that_was_refused_wakes_no_operator() -> None:
    assert condition(parked=1).verdict() == FINE


def test_what_cannot_do_its_work_is_broken_whatever_else_is_to_be_seen() -> None:
    assert condition(ready=False, our_faults=1).verdict() == BROKEN
    assert Condition({"MinIO": False}, (), {}).verdict() == BROKEN


def test_a_broken_model_asks_for_a_look() -> None:
    assert Condition({"MinIO": True}, (), {"general": "broken: no manifest"}).verdict() == LOOK


def marks(**seconds: int) -> dict[str, dict[str, str]]:
    return {
        name: {"at": (AT + timedelta(seconds=after)).isoformat()} for name, after in seconds.items()
    }


def condition(ready: bool = True, **trouble: Any) -> Condition:
    known: dict[str, Any] = {"warnings": (), "waiting": 0, "running": 0, "parked": 0, **trouble}
    function = FunctionCondition("classify", ready, "v1", (), **known)
    return Condition({"MinIO": True, "Mongo": True}, (function,), {"general": "v1"})


@pytest.mark.parametrize(
    ("training", "line"),
    [
        ({"state": "queued"}, "queued"),
        ({"state": "queued", "reason": "MinIO is away."}, "queued: MinIO is away."),
        ({"state": "running"}, "starting"),
        ({"state": "running", "phase": "features"}, "features"),
        (
            {
                "state": "running",
                "phase": "head",
                "epoch": 3,
                "epochs": 40,
                "metrics": {"accuracy": 0.95, "val_accuracy": 0.9},
            },
            "head, epoch 3 of 40, accuracy 0.900",
        ),
    ],
)
def test_a_training_is_told_in_one_line(training: dict[str, object], line: str) -> None:
    assert line_of(training) == line
