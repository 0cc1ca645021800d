"""What a process says when it is started with the wrong environment."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("function", ["on_upload", "augment", "classify"])
def test_a_function_started_with_nothing_set_names_everything_that_is_missing(
    function: str,
) -> None:
    started = subprocess.run(
        [sys.executable, "-c", f"import functions.{function}.main"],
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 1
    (sentence,) = started.stderr.strip().splitlines()
    for name in ("STORAGE_URL", "STORAGE_USER", "STORAGE_SECRET", "MONGO_URI", "EVENT_TOKEN"):
        assert name in sentence
