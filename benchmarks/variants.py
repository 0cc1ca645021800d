"""Variants a second on one core: ours against plain Pillow, on the same photos in the same run."""

import argparse
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageEnhance

from functions.augment.variants import LONGEST_SIDE, NAMES, variants

SAMPLE = Path(__file__).parent.parent / "tests" / "samples" / "phone"

_OPERATIONS: tuple[Callable[[Image.Image], Image.Image], ...] = (
    lambda image: image.copy(),
    lambda image: image.transpose(Image.Transpose.ROTATE_90),
    lambda image: image.transpose(Image.Transpose.ROTATE_180),
    lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    lambda image: image.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    lambda image: image.point(lambda value: value + 51),
    lambda image: ImageEnhance.Contrast(image).enhance(2),
    lambda image: _hue(image),
    lambda image: ImageEnhance.Color(image).enhance(2),
    lambda image: image.crop(_middle(image.size)),
)


def plain(photo: bytes) -> Iterator[bytes]:
    """What a first script does: decode in full, resize, do the ten operations, encode."""
    picture = _resized(Image.open(io.BytesIO(photo)).convert("RGB"))
    return (_jpeg(operation(picture)) for operation in _OPERATIONS)


def plain_from_full(photo: bytes) -> Iterator[bytes]:
    """The same with each operation on the full picture, resized after it."""
    picture = Image.open(io.BytesIO(photo)).convert("RGB")
    return (_jpeg(_resized(operation(picture))) for operation in _OPERATIONS)


def ours(photo: bytes) -> Iterator[bytes]:
    """The function's own way."""
    return (jpeg for _, jpeg in variants(photo))


WAYS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "plain Pillow, resized first": plain,
    "plain Pillow, from the full picture": plain_from_full,
    "ours": ours,
}


def rates(photos: list[bytes], rounds: int) -> dict[str, float]:
    """Variants a second of processor time of each way; they take turns, photo by photo."""
    seconds = dict.fromkeys(WAYS, 0.0)
    for photo in photos * rounds:
        for name, way in WAYS.items():
            start = time.process_time()
            made = sum(1 for _ in way(photo))
            seconds[name] += time.process_time() - start
            assert made == len(NAMES)
    return {name: len(photos) * rounds * len(NAMES) / spent for name, spent in seconds.items()}


def main() -> None:
    """Print one line a way, with its ratio to plain Pillow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, default=SAMPLE, help="a folder of JPEG photos")
    parser.add_argument("--rounds", type=int, default=3, help="times each photo is worked on")
    options = parser.parse_args()
    photos = [path.read_bytes() for path in sorted(options.photos.glob("*.jpg"))]
    if not photos:
        parser.error(f"no .jpg in {options.photos}")
    sizes = [Image.open(io.BytesIO(photo)).size for photo in photos]
    megapixels = ", ".join(f"{width * height / 1e6:.1f}" for width, height in sizes)
    print(f"{len(photos)} photos ({megapixels} megapixels), {len(NAMES)} variants each, one core")
    speeds = rates(photos, options.rounds)
    for name, speed in speeds.items():
        print(f"{name:36} {speed:8.1f} variants/s {speed / speeds[next(iter(WAYS))]:6.2f} x")


def _resized(image: Image.Image) -> Image.Image:
    scale = min(1.0, LONGEST_SIDE / max(image.size))
    return image.resize((round(image.width * scale), round(image.height * scale)))


def _hue(image: Image.Image) -> Image.Image:
    hue, saturation, value = image.convert("HSV").split()
    return Image.merge(
        "HSV", (hue.point(lambda step: (step + 26) % 256), saturation, value)
    ).convert("RGB")


def _middle(size: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = size
    return round(width * 0.15), round(height * 0.15), round(width * 0.85), round(height * 0.85)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


if __name__ == "__main__":
    main()
