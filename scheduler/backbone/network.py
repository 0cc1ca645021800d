"""EfficientNet-Lite0 in Keras' own layers: a picture in, 1280 features out."""

from collections.abc import Iterator, Mapping

import keras
import numpy as np
from keras import layers

from scheduler.backbone.torch_stream import Array

SIDE = 224
FEATURES = 1280

# The blocks of EfficientNet-B0: expansion, kernel, channels, repeats, first stride.
STAGES = (
    (1, 3, 16, 1, 1),
    (6, 3, 24, 2, 2),
    (6, 5, 40, 2, 2),
    (6, 3, 80, 3, 2),
    (6, 5, 112, 3, 1),
    (6, 5, 192, 4, 2),
    (6, 3, 320, 1, 1),
)


def _normalised(x: keras.KerasTensor, name: str, active: bool = True) -> keras.KerasTensor:
    x = layers.BatchNormalization(epsilon=1e-3, name=name)(x)
    return layers.ReLU(6)(x) if active else x


def _convolved(
    x: keras.KerasTensor, name: str, channels: int, kernel: int = 1, stride: int = 1
) -> keras.KerasTensor:
    conv = layers.Conv2D(
        channels, kernel, strides=stride, padding="same", use_bias=False, name=name
    )
    return conv(x)


def _block(
    x: keras.KerasTensor, name: str, expansion: int, kernel: int, channels: int, stride: int
) -> keras.KerasTensor:
    entered = x
    if expansion > 1:
        x = _convolved(x, f"{name}.expand_conv", entered.shape[-1] * expansion)
        x = _normalised(x, f"{name}.bn0")
    depthwise = layers.DepthwiseConv2D(
        kernel, strides=stride, padding="same", use_bias=False, name=f"{name}.depthwise_conv"
    )
    x = _normalised(depthwise(x), f"{name}.bn1")
    x = _convolved(x, f"{name}.project_conv", channels)
    x = _normalised(x, f"{name}.bn2", active=False)
    return layers.Add()([entered, x]) if entered.shape == x.shape else x


def network() -> keras.Model:
    """The untrained network: uint8 RGB (n, 224, 224, 3) to features (n, 1280), float32, >= 0."""
    picture = keras.Input((SIDE, SIDE, 3), dtype="uint8", name="picture")
    x = layers.Rescaling(1 / 128, offset=-127 / 128)(picture)
    x = _normalised(_convolved(x, "conv_stem", 32, kernel=3, stride=2), "bn0")
    number = 0
    for expansion, kernel, channels, repeats, first_stride in STAGES:
        for repeat in range(repeats):
            stride = first_stride if repeat == 0 else 1
            x = _block(x, f"blocks.{number}", expansion, kernel, channels, stride)
            number += 1
    x = _normalised(_convolved(x, "conv_head", FEATURES), "bn1")
    return keras.Model(picture, layers.GlobalAveragePooling2D(name="features")(x))


def _of_layer(layer: layers.Layer, tensors: Mapping[str, Array]) -> Iterator[Array]:
    # torch's names carry underscores that Keras does not allow at the start.
    name = "_" + layer.name.replace("blocks.", "blocks#").replace(".", "._").replace("#", ".")
    match layer:
        case layers.DepthwiseConv2D():
            yield np.transpose(tensors[f"{name}.weight"], (2, 3, 0, 1))
        case layers.Conv2D():
            yield np.transpose(tensors[f"{name}.weight"], (2, 3, 1, 0))
        case layers.BatchNormalization():
            for part in ("weight", "bias", "running_mean", "running_var"):
                yield tensors[f"{name}.{part}"]


def backbone(tensors: Mapping[str, Array]) -> keras.Model:
    """The network with the published weights in it; frozen for good."""
    model = network()
    for layer in model.layers:
        layer.set_weights(list(_of_layer(layer, tensors)))
    model.trainable = False
    return model
