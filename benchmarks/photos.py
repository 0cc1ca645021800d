"""Photos of 2 MP to measure with: views cut from real photos, no two with the same bytes."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

SAMPLES: Final = Path(__file__).parent.parent / "tests" / "samples" / "phone"
SIZE: Final = (1600, 1250)
_ROOM: Final = 1.25
"""How much larger than a view the scene is that views are cut from."""


def two_megapixel_photos(folder: Path, count: int, into: Path) -> list[Path]:
    """`count` JPEG files (1600x1250, quality 90) cut from the .jpg photos of a folder.

    The same folder gives the same files. Raises FileNotFoundError when it holds no photo.
    """
    originals = sorted(folder.glob("*.jpg"))
    if not originals:
        raise FileNotFoundError(f"no .jpg in {folder}")
    chance = random.Random(0)
    scenes = [_scene(path) for path in originals]
    return [_cut(scenes, number, chance, into / f"{number:05}.jpg") for number in range(count)]


def _scene(path: Path) -> Image.Image:
    size = (round(SIZE[0] * _ROOM), round(SIZE[1] * _ROOM))
    with Image.open(path) as photo:
        upright = ImageOps.exif_transpose(photo.convert("RGB"))
    return ImageOps.fit(upright, size, Image.Resampling.LANCZOS)


def _cut(scenes: Sequence[Image.Image], number: int, chance: random.Random, path: Path) -> Path:
    scene = scenes[number % len(scenes)]
    left = chance.randrange(scene.width - SIZE[0])
    top = chance.randrange(scene.height - SIZE[1])
    view = scene.crop((left, top, left + SIZE[0], top + SIZE[1]))
    # The comment makes the bytes differ also where two views happen to be the same.
    view.save(path, "JPEG", quality=90, comment=f"photo {number}".encode())
    return path
