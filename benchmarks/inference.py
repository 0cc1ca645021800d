"""Features of one picture: LiteRT against Keras and ONNX Runtime, by turns in the same run."""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.onnx_backbone import onnx_backbone
from functions.classify.backbone import picture
from functions.classify.lite import Lite
from infra.models import build_models
from scheduler.backbone.weights import imagenet_weights
from scheduler.version_folder import read_folder

SAMPLES = Path(__file__).parent.parent / "tests" / "samples" / "clothes"

Pixels = NDArray[np.uint8]
Ask = Callable[[Pixels], NDArray[np.float32]]
BASE = "LiteRT, 1 thread (ours)"


def in_litert() -> Ask:
    """The backbone as classify asks it, without opening a JPEG."""
    backbone, _ = build_models()
    lite = Lite(read_folder(backbone)[1]["backbone.tflite"])
    return lambda pixels: lite(pixels)["output_0"]


def in_keras() -> Ask:
    """Keras' own call on a batch of one; it takes all cores."""
    from scheduler.backbone.network import backbone

    model = backbone(imagenet_weights())
    return lambda pixels: np.asarray(model(pixels[None], training=False))[0]


def rates_a_core(pictures: list[Pixels], rounds: int) -> tuple[float, float]:
    """Pictures a second of processor time: as the scheduler extracts features, and by Keras.

    Keras gets them in its own batches of 32, which is what `predict` is for.
    """
    from scheduler.backbone.network import backbone

    ours, model, stacked = in_litert(), backbone(imagenet_weights()), np.stack(pictures)
    ways: tuple[Callable[[], object], ...] = (
        lambda: [ours(pixels) for pixels in pictures],
        lambda: model.predict(stacked, batch_size=32, verbose=0),
    )
    spent = [0.0, 0.0]
    for way in ways:
        way()
    for _ in range(rounds):
        for which, way in enumerate(ways):
            began = time.process_time()
            way()
            spent[which] += time.process_time() - began
    litert, keras = (len(pictures) * rounds / seconds for seconds in spent)
    return litert, keras


def in_onnx(threads: int) -> Ask:
    """ONNX Runtime on the same weights."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = threads
    # Its threads would go on spinning while another way is measured.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = InferenceSession(onnx_backbone(imagenet_weights()), options)

    def ask(pixels: Pixels) -> NDArray[np.float32]:
        features: NDArray[np.float32] = session.run(None, {"picture": pixels[None]})[0][0]
        return features

    return ask


def milliseconds(
    ways: Mapping[str, Ask], pictures: list[Pixels], rounds: int
) -> Mapping[str, float]:
    """The median milliseconds of each way; in a round all the pictures go through each of them."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for name, ask in [*ways.items()] * rounds:
        for pixels in pictures:
            started = time.perf_counter()
            ask(pixels)
            times[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(taken) for name, taken in times.items()}


def main() -> None:
    """Print one line a way, with its ratio to ours and the largest difference of its features."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, default=SAMPLES, help="a folder of JPEG photos")
    parser.add_argument("--rounds", type=int, default=5, help="times each photo is asked about")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    images = [path.read_bytes() for path in sorted(options.photos.rglob("*.jpg"))]
    if not images:
        parser.error(f"no .jpg in {options.photos}")
    pictures = [picture(image) for image in images]
    ways = {
        BASE: in_litert(),
        "Keras model(x), all cores": in_keras(),
        "ONNX Runtime, 1 thread": in_onnx(1),
        "ONNX Runtime, all cores": in_onnx(os.cpu_count() or 1),
    }
    expected = [ways[BASE](pixels) for pixels in pictures]
    taken = milliseconds(ways, pictures, options.rounds)
    print(f"one picture of {len(pictures)}, {options.rounds} rounds, medians")
    for name, ask in ways.items():
        apart = max(
            float(np.abs(ask(p) - e).max()) for p, e in zip(pictures, expected, strict=True)
        )
        ratio = taken[name] / taken[BASE]
        print(f"{name:28} {taken[name]:7.2f} ms  {ratio:5.2f} x  features within {apart:.0e}")


if __name__ == "__main__":
    main()
