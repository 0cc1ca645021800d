"""Reads arrays of numbers from the files of a version, and nothing else that may stand in them."""

import io
import math
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

_MOST_BYTES: Final = 100_000_000
"""An array of this many bytes is no array of ours; a small file may claim to hold a huge one."""


def arrays(data: bytes) -> Mapping[str, NDArray[np.generic]]:
    """The arrays of a .npz file by name; raises ValueError when it holds anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            if sum(member.file_size for member in file.infolist()) > _MOST_BYTES:
                raise ValueError("its arrays are too large")
            return {name.removesuffix(".npy"): _array(file.read(name)) for name in file.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise ValueError(f"it is no file of arrays: {error}") from error


def _array(data: bytes) -> NDArray[np.generic]:
    file = io.BytesIO(data)
    if npy.read_magic(file) != (1, 0):
        raise ValueError("its arrays are of another format")
    shape, fortran, dtype = npy.read_array_header_1_0(file)
    # A header may promise more than there is, or objects, which would run code when they are read.
    if dtype.kind not in "fiu" or math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise ValueError("an array is not what its header says")
    flat = np.frombuffer(data, dtype, offset=file.tell())
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)
