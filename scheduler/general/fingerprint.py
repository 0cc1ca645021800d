"""The projection that makes a fingerprint of features, as it is shipped."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

# Made once by `python -m scheduler.general.make_fingerprint`.
FINGERPRINT: Final = Path(__file__).with_name("fingerprint.npz")


@dataclass(frozen=True)
class Fingerprint:
    """`mean` (1280) is subtracted from features; `axes` (1280, 256) are then the new ones."""

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]


def read_fingerprint() -> Fingerprint:
    """The projection that is shipped."""
    with np.load(FINGERPRINT) as file:
        return Fingerprint(file["mean"].astype(np.float32), file["axes"].astype(np.float32))
