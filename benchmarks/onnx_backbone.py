"""Writes the backbone as an ONNX file, for the comparison of runtimes only.

The converters from Keras to ONNX are large and lag behind Keras; the network has eight kinds of
operations, and the file is protobuf (onnx.proto of ONNX 1.16: the field numbers below).
"""

import struct
from collections.abc import Mapping, Sequence

import numpy as np

from scheduler.backbone.network import SIDE, STAGES
from scheduler.backbone.torch_stream import Array

_FLOAT, _UINT8 = 1, 2
_IS_FLOAT, _IS_INT, _IS_TEXT, _IS_INTS = 1, 2, 3, 7


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _field(number: int, value: bytes | str | int | float) -> bytes:
    match value:
        case int():
            return _varint(number << 3) + _varint(value)
        case float():
            return _varint(number << 3 | 5) + struct.pack("<f", value)
        case str():
            return _field(number, value.encode())
        case _:
            return _varint(number << 3 | 2) + _varint(len(value)) + value


def _attribute(name: str, value: int | float | str | Sequence[int]) -> bytes:
    match value:
        case int():
            said, kind = _field(3, value), _IS_INT
        case float():
            said, kind = _field(2, value), _IS_FLOAT
        case str():
            said, kind = _field(4, value), _IS_TEXT
        case _:
            said, kind = b"".join(_field(8, number) for number in value), _IS_INTS
    return _field(5, _field(1, name) + said + _field(20, kind))


def _value(name: str, kind: int, shape: Sequence[int]) -> bytes:
    dims = b"".join(_field(1, _field(1, size)) for size in shape)
    tensor = _field(1, kind) + _field(2, dims)
    return _field(1, name) + _field(2, _field(1, tensor))


class _Graph:
    """Nodes and constants, collected while the network is walked."""

    def __init__(self, tensors: Mapping[str, Array]) -> None:
        self._tensors = tensors
        self._parts: list[bytes] = []
        self._values = 0

    def constant(self, name: str, array: Array) -> str:
        dims = b"".join(_field(1, size) for size in array.shape)
        raw = np.ascontiguousarray(array, "<f4").tobytes()
        self._parts.append(_field(5, dims + _field(2, _FLOAT) + _field(8, name) + _field(9, raw)))
        return name

    def node(self, kind: str, *inputs: str, **attributes: int | float | str | Sequence[int]) -> str:
        self._values += 1
        output = f"value{self._values}"
        said = b"".join(_field(1, name) for name in inputs) + _field(2, output) + _field(4, kind)
        said += b"".join(_attribute(name, value) for name, value in attributes.items())
        self._parts.append(_field(1, said))
        return output

    def convolved(self, x: str, conv: str, norm: str, stride: int = 1, active: bool = True) -> str:
        """A convolution with its normalisation, and ReLU6 when active."""
        weight = self._tensors[f"{conv}.weight"]
        group = weight.shape[0] if weight.shape[1] == 1 else 1
        x = self.node(
            "Conv",
            x,
            self.constant(f"{conv}.weight", weight),
            auto_pad="SAME_UPPER",
            group=group,
            strides=(stride, stride),
        )
        parts = [f"{norm}.{p}" for p in ("weight", "bias", "running_mean", "running_var")]
        constants = [self.constant(name, self._tensors[name]) for name in parts]
        x = self.node("BatchNormalization", x, *constants, epsilon=1e-3)
        return self.node("Clip", x, "zero", "six") if active else x

    def as_model(self, output: str) -> bytes:
        """The whole file: opset 13, uint8 picture (1, 224, 224, 3) to `output` (1, 1280)."""
        inputs = _field(11, _value("picture", _UINT8, (1, SIDE, SIDE, 3)))
        outputs = _field(12, _value(output, _FLOAT, (1, 1280)))
        graph = b"".join(self._parts) + _field(2, "backbone") + inputs + outputs
        return _field(1, 8) + _field(8, _field(1, "") + _field(2, 13)) + _field(7, graph)


def _block(graph: _Graph, x: str, name: str, expands: bool, stride: int, adds: bool) -> str:
    entered = x
    if expands:
        x = graph.convolved(x, f"{name}._expand_conv", f"{name}._bn0")
    x = graph.convolved(x, f"{name}._depthwise_conv", f"{name}._bn1", stride)
    x = graph.convolved(x, f"{name}._project_conv", f"{name}._bn2", active=False)
    return graph.node("Add", entered, x) if adds else x


def onnx_backbone(tensors: Mapping[str, Array]) -> bytes:
    """The backbone with the published weights, as the bytes of an ONNX file."""
    graph = _Graph(tensors)
    for name, number in (("zero", 0), ("six", 6), ("middle", 127), ("scale", 1 / 128)):
        graph.constant(name, np.array(number, "<f4"))
    x = graph.node("Transpose", graph.node("Cast", "picture", to=_FLOAT), perm=(0, 3, 1, 2))
    x = graph.node("Mul", graph.node("Sub", x, "middle"), "scale")
    x = graph.convolved(x, "_conv_stem", "_bn0", stride=2)
    number = 0
    for expansion, _, _, repeats, first_stride in STAGES:
        for repeat in range(repeats):
            stride = first_stride if repeat == 0 else 1
            x = _block(graph, x, f"_blocks.{number}", expansion > 1, stride, repeat > 0)
            number += 1
    x = graph.node("GlobalAveragePool", graph.convolved(x, "_conv_head", "_bn1"))
    return graph.as_model(graph.node("Flatten", x))
