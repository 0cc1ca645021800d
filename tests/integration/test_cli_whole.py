"""The command line on a whole stack: photos that end, and what is said of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from colecionador.operator import Operator, operator_of
from infra.layout import Stack
from infra.secrets_file import name_of
from tests.eventually import eventually
from tests.integration.operating import colecionador, table

SAMPLES = Path(__file__).parent.parent / "samples"


@pytest.fixture(scope="module")
def operator(stack: Stack) -> Iterator[Operator]:
    with operator_of(stack.folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def hats(stack: Stack) -> str:
    assert colecionador(stack, "collection", "add", "Hats", "--id", "cli-hats").exit_code == 0
    return "cli-hats"


def test_put_and_wait_tells_the_times_and_the_refused_files(stack: Stack, hats: str) -> None:
    odd = [str(SAMPLES / "odd" / name) for name in ("document.pdf", "été-фото-写真.jpg")]
    sent = colecionador(
        stack, "put", str(SAMPLES / "clothes" / "hat"), *odd, "--collection", hats, "--wait"
    )
    assert sent.exit_code == 0, sent.output
    assert "8 of 8 photos stored in cli-hats\n7 ready\n1 rejected\n" in sent.output
    steps = {row["step"] for row in table(sent, "step")}
    assert steps == {"sending", "on_upload", "augment", "classify", "ready"}
    [refused] = table(sent, "state")
    assert refused == {
        "state": "rejected",
        "filename": "document.pdf",
        "code": "pdf",
        "reason": "This is a PDF document, not a photo.",
    }


def test_put_again_sends_nothing_and_waits_for_what_is_there(stack: Stack, hats: str) -> None:
    words = ("put", str(SAMPLES / "clothes" / "pants"), "--collection", hats, "--wait")
    first, again = colecionador(stack, *words), colecionador(stack, *words)
    assert first.output.startswith("6 of 6 photos stored in cli-hats\n6 ready\n")
    assert again.output.startswith(
        "0 of 6 photos stored in cli-hats, 6 were there already\n6 ready\n"
    )
    assert again.exit_code == 0


def test_a_timeline_tells_a_photos_whole_way_in_order(stack: Stack, hats: str) -> None:
    colecionador(
        stack, "put", str(SAMPLES / "odd" / "gps_exif.jpg"), "--collection", hats, "--wait"
    )
    shown = colecionador(stack, "timeline", "gps_exif.jpg")
    assert shown.output.splitlines()[0].endswith(" in cli-hats: ready")
    rows = table(shown, "at (UTC)")
    assert [row["at (UTC)"] for row in rows] == sorted(row["at (UTC)"] for row in rows)
    said = [(row["who"], row["what"]) for row in rows]
    assert said[0] == ("hand-out", "expected")
    for function in ("on_upload", "augment", "classify"):
        assert said.index((function, "event")) < said.index((function, "done"))
    assert all(row["took"] and row["version"] for row in rows if row["what"] == "done")


def test_a_removed_photo_keeps_its_timeline(stack: Stack, operator: Operator, hats: str) -> None:
    hat = next((SAMPLES / "clothes" / "shoes").iterdir())
    colecionador(stack, "put", str(hat), "--collection", hats, "--wait")
    photo = colecionador(stack, "timeline", hat.name).output.split()[1]
    assert colecionador(stack, "rm", photo).exit_code == 0
    eventually(lambda: "removed" in colecionador(stack, "timeline", photo).output)
    eventually(lambda: not list(operator.storage.list("images", f"{hats}/{photo}")))
    eventually(lambda: not list(operator.storage.list("variants", f"{hats}/{photo}")))


def test_status_asks_for_a_look_while_something_is_parked_by_our_fault(stack: Stack) -> None:
    token = stack.secrets[name_of("augment", "event_token")]
    requests.post(
        f"{stack.url('augment')}/events",
        data=b"no event",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    result = colecionador(stack, "status", "--json")
    told = json.loads(result.output)
    assert result.exit_code == told["verdict"] == 1
    assert all(told["servers"].values())
    assert all(function["ready"] for function in told["functions"])
    assert told["models"]["general"].startswith("general-")


def test_the_doctor_finds_nothing_wrong_with_a_stack_that_works(
    stack: Stack, operator: Operator
) -> None:
    before = {stat.key for stat in operator.storage.list("uploads")}
    rows = table(colecionador(stack, "doctor"), "")
    # Other tests may have sent this stack a wrong token on purpose.
    wrong = [row for row in rows if row[""] == "wrong" and "wrong token" not in row["found"]]
    assert len(rows) == 14
    assert wrong == []
    assert {stat.key for stat in operator.storage.list("uploads")} == before
