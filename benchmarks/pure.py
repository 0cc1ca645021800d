"""What needs no servers: variants a second on one core, and the time of one inference."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, at_least
from benchmarks.inference import (
    BASE,
    SAMPLES,
    in_keras,
    in_litert,
    in_onnx,
    milliseconds,
    rates_a_core,
)
from benchmarks.variants import rates
from functions.classify.backbone import picture

_ROUNDS: Final = 3


def variants_figures(folder: Path) -> Iterator[Figure]:
    """Variants a second from the photos of a folder as they are."""
    photos = [path.read_bytes() for path in sorted(folder.glob("*.jpg"))]
    speeds = rates(photos, _ROUNDS)
    ours = speeds.pop("ours")
    for way, speed in speeds.items():
        yield Figure(
            "variants on one core, from phone photos",
            "variants/s",
            ours,
            way,
            speed,
            at_least(3.0, ratio=True),
        )


def inference_figures() -> Iterator[Figure]:
    """LiteRT's milliseconds for the features of one image, against other runtimes'."""
    pictures = [picture(path.read_bytes()) for path in sorted(SAMPLES.rglob("*.jpg"))]
    others = {
        "Keras model(x)": in_keras(),
        "ONNX Runtime, 1 thread": in_onnx(1),
        "ONNX Runtime, all cores": in_onnx(os.cpu_count() or 1),
    }
    taken = milliseconds({BASE: in_litert(), **others}, pictures, _ROUNDS)
    for name in others:
        yield Figure("inference of one image, LiteRT", "ms", taken[BASE], name, taken[name])
    ours, keras = rates_a_core(pictures * 4, _ROUNDS)
    yield Figure("features extracted, one core", "images/s", ours, "Keras predict, by 32", keras)
