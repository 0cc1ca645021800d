"""Reads the named arrays of a legacy torch file, without torch and without running its pickles.

The stream is: three plain pickles (magic number, protocol, system), one pickled dict of tensors,
one pickled list of storage keys, then for each key an int64 count and that many raw numbers.
"""

import pickle
from collections import OrderedDict
from collections.abc import Mapping
from typing import IO

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
STORAGES = {
    "FloatStorage": np.dtype("<f4"),
    "DoubleStorage": np.dtype("<f8"),
    "LongStorage": np.dtype("<i8"),
}

Array = NDArray[np.generic]


class _Tensors(pickle.Unpickler):
    """Builds tensors as views of storages that are still zeros, to be filled when all are known."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(stream)
        self.storages: dict[str, Array] = {}

    def find_class(self, module: str, name: str) -> object:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _view
        if module == "torch" and name in STORAGES:
            return STORAGES[name]
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of weights")

    def persistent_load(self, pid: tuple[str, np.dtype[np.generic], str, str, int, None]) -> Array:
        _, dtype, key, _, count, _ = pid
        return self.storages.setdefault(key, np.zeros(count, dtype))


def _view(
    storage: Array, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> Array:
    """The tensor of a storage: strides count numbers, not bytes, and need not be contiguous."""
    last = offset + sum((n - 1) * step for n, step in zip(shape, strides, strict=True))
    if offset < 0 or any(step < 0 for step in strides) or last >= storage.size:
        raise pickle.UnpicklingError(f"a tensor of shape {shape} reaches outside its storage")
    size = storage.itemsize
    return as_strided(storage[offset:], shape, [step * size for step in strides], writeable=False)


def _fill(storage: Array, stream: IO[bytes]) -> None:
    count = int.from_bytes(stream.read(8), "little", signed=True)
    raw = stream.read(storage.nbytes)
    if count != storage.size or len(raw) != storage.nbytes:
        raise pickle.UnpicklingError("the file of weights ends early")
    storage[:] = np.frombuffer(raw, storage.dtype)


def read_tensors(stream: IO[bytes]) -> Mapping[str, Array]:
    """The tensors of the file by name, in torch's axis order (OIHW for convolutions).

    Raises `pickle.UnpicklingError` for anything but plain tensors in a legacy stream.
    """
    if (_Tensors(stream).load(), _Tensors(stream).load()) != (MAGIC, PROTOCOL):
        raise pickle.UnpicklingError("not a legacy torch file")
    _Tensors(stream).load()
    reader = _Tensors(stream)
    tensors: Mapping[str, Array] = reader.load()
    for key in _Tensors(stream).load():
        _fill(reader.storages[key], stream)
    return tensors
