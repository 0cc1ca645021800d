"""Whether a model's two forms, Keras and LiteRT, give the same answers."""

from typing import Final

import keras
import numpy as np
from numpy.typing import NDArray

from functions.classify.lite import Lite

TOLERANCE: Final = 1e-3
"""Of an output's number, or of its size where that is more than 1."""


def check_agreement(model: keras.Model, lite: bytes, rows: NDArray[np.generic]) -> None:
    """Asks both for each row (without its batch axis).

    Raises ValueError, with the output's name, when one differs by more than 1e-3 or is no number.
    """
    expected = {
        name: np.asarray(output)
        for name, output in model.predict(rows, batch_size=256, verbose=0).items()
    }
    ask = Lite(lite)
    for at, row in enumerate(rows):
        for name, output in ask(row).items():
            if not np.allclose(output, expected[name][at], rtol=TOLERANCE, atol=TOLERANCE):
                raise ValueError(
                    f"LiteRT and Keras do not agree: {name} is {output} and {expected[name][at]}."
                )
