"""A LiteRT model that several threads may ask: the only module that knows the interpreter."""

from collections.abc import Mapping
from threading import Lock

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray


class Lite:
    """One interpreter with one thread, asked by one caller at a time.

    On two cores this is faster than several threads inside one question, and a second interpreter
    of the backbone would cost another 46 MB. `shape` (with its batch axis) and `dtype` are those
    of its one input.
    """

    def __init__(self, model: bytes) -> None:
        """Raises ValueError or RuntimeError when the bytes are no model."""
        self._lock = Lock()
        self._interpreter = Interpreter(model_content=model, num_threads=1)
        self._interpreter.allocate_tensors()
        self._ask = self._interpreter.get_signature_runner()
        ((self._input, told),) = self._ask.get_input_details().items()
        self.shape = tuple(int(size) for size in told["shape"])
        self.dtype = np.dtype(told["dtype"])

    def __call__(self, row: NDArray[np.generic]) -> Mapping[str, NDArray[np.float32]]:
        """The model's named outputs for one input without its batch axis; outputs have none too.

        Raises ValueError when an output has no batch axis.
        """
        with self._lock:
            outputs = self._ask(**{self._input: row[None]})
        if not all(np.ndim(output) for output in outputs.values()):
            raise ValueError("an output is a single number")
        return {name: output[0] for name, output in outputs.items()}
