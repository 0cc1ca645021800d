"""The models a stack begins with: built once into the cache, put into its `models` bucket."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from functions.runtime.storage import Storage
from infra.cached import locked
from infra.executables import CACHE
from infra.layout import CHECKOUT, Stack
from infra.secrets_file import name_of
from infra.wire_storage import storage_client
from scheduler.publish import publish_shipped

_BUILT: Final = CACHE / "models"


def build_models() -> list[Path]:
    """The folders of the versions that come with the product, built where they are missing.

    In a process of its own, because building needs TensorFlow and its memory. Raises
    subprocess.CalledProcessError; what went wrong is on the screen by then.
    """
    command = [sys.executable, "-m", "scheduler.build_models", "--into", str(_BUILT)]
    with (
        locked(_BUILT),
        subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as building,
    ):
        folders = []
        for line in building.stdout or ():
            # Progress and folders come in one stream; the folders are paths below the cache.
            if line.startswith(str(_BUILT)):
                folders.append(Path(line.strip()))
            else:
                print(line, end="", flush=True)
    if building.returncode:
        raise subprocess.CalledProcessError(building.returncode, command)
    return folders


def publish_models(stack: Stack, say: Callable[[str], None]) -> None:
    """Publish what the stack's `models` bucket lacks of the versions that come with the product."""
    secret = stack.secrets[name_of("scheduler", "storage_secret")]
    storage = Storage(storage_client(stack, "scheduler", secret))
    if publish_shipped(storage, build_models()):
        say("published the models that come with the product")
