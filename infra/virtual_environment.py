"""Makes `.venv` from requirements.lock; runs on the system's Python, so with its library only."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
VENV = CHECKOUT / ".venv"
LOCK = CHECKOUT / "requirements.lock"
STAMP = VENV / "requirements.sha256"
OLDEST = (3, 11)


def make() -> None:
    """Make or bring up to date the virtual environment; nothing is done when it fits the lock.

    Raises SystemExit with a sentence naming what is missing.
    """
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:2])
        sys.exit(f"Python 3.11 or newer is needed, this is {found}: make PYTHON=python3.12 ...")
    with (CHECKOUT / ".venv.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
        if STAMP.exists() and STAMP.read_text() == wanted:
            return
        print("installing the packages of requirements.lock into .venv (1 to 3 minutes) ...")
        if not (VENV / "bin" / "uv").exists():
            _bootstrap()
        python = f"--python={VENV / 'bin' / 'python'}"
        _run(VENV / "bin" / "uv", "pip", "sync", "--quiet", python, "--require-hashes", LOCK)
        # The project itself, for its command `colecionador`; built with the lock's setuptools.
        install = (VENV / "bin" / "uv", "pip", "install", "--quiet", python)
        _run(*install, "--no-deps", "--no-build-isolation", "--editable", CHECKOUT)
        STAMP.write_text(wanted)
        print("installed")


def _bootstrap() -> None:
    _run(sys.executable, "-m", "venv", "--clear", VENV)
    uv = VENV / "uv.txt"
    uv.write_text(_pinned("uv"))
    pip = (VENV / "bin" / "python", "-m", "pip", "install", "--quiet")
    _run(*pip, "--disable-pip-version-check", "--require-hashes", "-r", uv)


def _pinned(package: str) -> str:
    block = re.search(rf"^{package}==.*\n(?: +--hash.*\n)+", LOCK.read_text(), re.MULTILINE)
    if block is None:
        sys.exit(f"requirements.lock does not name {package}")
    return block.group()


def _run(*words: object) -> None:
    command = [str(word) for word in words]
    try:
        subprocess.run(command, check=True, env={**os.environ, "VIRTUAL_ENV": str(VENV)})
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(
            f"could not make .venv, the step was: {' '.join(command[:5])} ... ({error})\n"
            "Needed are Python's venv module (Debian: python3-venv) and the network."
        )


if __name__ == "__main__":
    make()
