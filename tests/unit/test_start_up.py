"""What is imported at the start of a process that lives with little memory, or answers at once."""

import subprocess
import sys

import pytest

LEARNING = {"keras", "keras_tuner", "matplotlib", "scipy", "sklearn", "tensorflow"}
PICTURES = {"ai_edge_litert", "imagehash", "numpy", "PIL", "pillow_heif"}


@pytest.mark.parametrize(
    ("module", "needless"),
    [
        ("colecionador.main", LEARNING | PICTURES),
        ("scheduler.main", LEARNING),
        ("functions.classify.predict", LEARNING),
    ],
)
def test_a_process_starts_without_what_only_trainings_and_pictures_need(
    module: str, needless: set[str]
) -> None:
    code = f"import sys, {module}; print(*{needless!r} & sys.modules.keys())"
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert started.stdout.split() == []
