"""Reading torch's stream, and refusing what has no place in one."""

import pickle
import struct
from io import BytesIO

import numpy as np
import pytest

from scheduler.backbone.torch_stream import MAGIC, PROTOCOL, read_tensors
from scheduler.backbone.weights import imagenet_weights

NUMBERS = np.arange(6, dtype="<f4")


def text(said: str) -> bytes:
    """A text in pickle's own codes."""
    return b"X" + struct.pack("<i", len(said.encode())) + said.encode()


def numbers(*said: int) -> bytes:
    """A tuple of numbers in pickle's own codes."""
    return b"(" + b"".join(b"J" + struct.pack("<i", n) for n in said) + b"t"


def tensor(shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0) -> bytes:
    """A tensor on the storage of six numbers, as torch pickles it."""
    storage = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text("1") + text("cpu")
    storage += b"J" + struct.pack("<i", NUMBERS.size) + b"NtQ"
    place = b"J" + struct.pack("<i", offset) + numbers(*shape) + numbers(*strides)
    return b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + place + b"\x89NtR"


def stream(value: bytes, raw: bytes = NUMBERS.tobytes()) -> BytesIO:
    """A legacy stream whose dict holds `value` under the name `a`."""
    named = b"\x80\x02}" + text("a") + value + b"s."
    begins: tuple[object, ...] = (MAGIC, PROTOCOL, {})
    head = b"".join(pickle.dumps(part, 2) for part in begins)
    return BytesIO(head + named + pickle.dumps(["1"], 2) + struct.pack("<q", 6) + raw)


def test_a_tensor_is_read_with_its_shape() -> None:
    read = read_tensors(stream(tensor((2, 3), (3, 1))))
    assert read["a"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_tensor_that_is_not_contiguous_is_read_by_its_strides() -> None:
    read = read_tensors(stream(tensor((3, 2), (1, 3))))
    assert read["a"].tolist() == [[0, 3], [1, 4], [2, 5]]


@pytest.mark.parametrize(
    ("shape", "strides", "offset"),
    [((7,), (1,), 0), ((6,), (1,), 1), ((2,), (-1,), 3), ((2,), (1,), -1), ((2, 2), (3, 3), 0)],
)
def test_a_tensor_outside_its_storage_is_refused(
    shape: tuple[int, ...], strides: tuple[int, ...], offset: int
) -> None:
    with pytest.raises(pickle.UnpicklingError):
        read_tensors(stream(tensor(shape, strides, offset)))


@pytest.mark.parametrize("call", [b"cos\nsystem\n", b"cbuiltins\neval\n", b"ctorch\nTensor\n"])
def test_a_pickle_that_calls_anything_else_is_refused(call: bytes) -> None:
    with pytest.raises(pickle.UnpicklingError, match="has no place"):
        read_tensors(stream(call + b"(" + text("1") + b"tR"))


def test_a_stream_that_ends_early_is_refused() -> None:
    with pytest.raises(pickle.UnpicklingError, match="ends early"):
        read_tensors(stream(tensor((6,), (1,)), raw=b"1234"))


def test_the_published_weights_are_all_there() -> None:
    weights = imagenet_weights()
    assert weights["_conv_stem.weight"].shape == (32, 3, 3, 3)
    assert weights["_fc.weight"].shape == (1000, 1280)
    assert all(np.isfinite(tensor.astype(np.float64)).all() for tensor in weights.values())
