"""A function's folder and the shared packages its requirements name start alone."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from infra.environment import of_function
from infra.layout import CHECKOUT, Stack
from infra.ports import free_ports
from tests.eventually import eventually

_SHARED = re.compile(r"^-r \.\./(\w+)/requirements\.txt$", re.MULTILINE)


def shared_by(function: str) -> set[str]:
    """The shared packages that a function's requirements name, and those that they name."""
    text = (CHECKOUT / "functions" / function / "requirements.txt").read_text()
    named = set(_SHARED.findall(text))
    return named.union(*(shared_by(package) for package in named))


@pytest.mark.parametrize("function", ["on_upload", "augment", "classify"])
def test_a_function_starts_alone_with_only_what_its_requirements_name(
    stack: Stack, function: str, tmp_path: Path
) -> None:
    for folder in (function, *shared_by(function)):
        shutil.copytree(CHECKOUT / "functions" / folder, tmp_path / "functions" / folder)
    python = _with_only(tmp_path / "functions" / function / "requirements.txt", tmp_path)
    (port,) = free_ports(1)
    row = next(row for row in stack.rows if row.function == function)
    process = subprocess.Popen(
        [
            *(python, "-m", "gunicorn", "-c", "python:functions.runtime.server"),
            f"functions.{function}.main:app",
        ],
        cwd=tmp_path,
        env={**of_function(stack, row), "PORT": str(port)},
    )
    try:
        address = f"http://127.0.0.1:{port}/ready"
        eventually(lambda: _answer(address).get("ready"), says=f"{function} is not ready")
        assert _answer(address)["function"] == function
    finally:
        process.terminate()
        process.wait(timeout=30)


def _with_only(requirements: Path, folder: Path) -> Path:
    """The Python of a new environment with these requirements, at the lock's versions."""
    uv, python = Path(sys.executable).parent / "uv", folder / "venv" / "bin" / "python"
    lock = str(CHECKOUT / "requirements.lock")
    subprocess.run([uv, "venv", "--quiet", folder / "venv"], check=True)
    install = (uv, "pip", "install", "--quiet", f"--python={python}")
    subprocess.run((*install, "-r", requirements, "-c", lock), check=True)
    return python


def _answer(address: str) -> dict[str, object]:
    try:
        answer: dict[str, object] = requests.get(address, timeout=10).json()
    except requests.RequestException:
        return {}
    return answer
