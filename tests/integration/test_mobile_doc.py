"""docs/mobile.md, pasted: every block works, one after the other."""

import json
import os
import re
import subprocess

import pytest

from infra.layout import CHECKOUT, Stack
from tests.documents import Documents
from tests.person import PASSWORD, Person
from tests.phone import SAMPLES

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BETWEEN = "--- the next block ---"


@pytest.fixture(scope="module")
def said(
    stack: Stack, mongo_root: Documents, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """What each block says, by the block, when all are pasted into one shell."""
    person = Person.new(stack, mongo_root)
    blocks = BLOCK.findall((CHECKOUT / "docs" / "mobile.md").read_text())
    script = "".join(f"{block}\necho; echo '{BETWEEN}'\n" for block in blocks)
    mine = {
        "API": stack.url("api"),
        "NAME": person.name,
        "PASSWORD": PASSWORD,
        "PHOTO": str(SAMPLES / "odd" / "photo.heic"),
    }
    pasted = subprocess.run(
        ["bash", "-eu"],
        input=script,
        env={**os.environ, **mine},
        cwd=tmp_path_factory.mktemp("shell"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert pasted.returncode == 0, pasted.stdout[-2000:] + pasted.stderr[-2000:]
    return dict(zip(blocks, pasted.stdout.split(f"\n{BETWEEN}\n"), strict=False))


def test_every_block_works_when_pasted_one_after_the_other(said: dict[str, str]) -> None:
    blocks = list(said)
    assert len(blocks) > 12
    assert not [block for block, told in said.items() if '"status":4' in told.replace(" ", "")]


def test_the_first_three_curls_end_with_a_category(said: dict[str, str]) -> None:
    hand_out, post, commit = list(said)[2:5]
    assert ("/uploads" in hand_out, "form-string" in post, "/commit" in commit) == (True,) * 3
    assert said[post].strip() == "204"
    assert said[commit].strip() not in ("", "None")


def test_what_the_blocks_promise_is_what_they_say(said: dict[str, str]) -> None:
    assert told_by(said, "asset-4711") == "one photo"
    assert told_by(said, "SHA256") == "True"
    assert told_by(said, "favourite hat") == "favourite hat"
    assert told_by(said, '"unknown"') == "wrong-field"
    event = told_by(said, "/events")
    assert event.startswith("data: ")
    assert json.loads(event.removeprefix("data: "))["changed"]["label"] == "summer hat"


def told_by(said: dict[str, str], part: str) -> str:
    """What the one block says that holds this text."""
    [told] = [told for block, told in said.items() if part in block]
    return told.strip()
