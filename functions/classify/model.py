"""A collection's model in this process: the backbone and the head on it."""

from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from functions.classify.backbone import Backbone
from functions.classify.head import Answer, Head
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import BACKBONE, Models, Version

_LABELS: Final = TypeAdapter(list[str])


@dataclass(frozen=True)
class Model:
    """One version, loaded and warm. Whoever holds it has one model from features to answer."""

    backbone: Backbone
    head: Head

    @property
    def version(self) -> str:
        """The version of the head: the one that answers carry."""
        return self.head.version

    def features(self, image: bytes) -> NDArray[np.float32]:
        """The 1280 features of a stored image (JPEG)."""
        return self.backbone.features(image)

    def answer(self, features: NDArray[np.float32]) -> Answer:
        """What the head says about these features."""
        return self.head.answer(features)


class Loader:
    """Makes models of versions. Heads share a backbone as long as one of them is in use."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._backbones: WeakValueDictionary[str, Backbone] = WeakValueDictionary()

    def __call__(self, version: Version) -> Model:
        """The model of a version. Raises BrokenVersion, or Outage while its backbone is read."""
        try:
            return Model(self._backbone(str(version.manifest.backbone)), head_of(version))
        except (KeyError, RuntimeError, ValueError) as error:
            raise BrokenVersion(f"it can't be loaded: {error}") from error

    def _backbone(self, name: str) -> Backbone:
        backbone = self._backbones.get(name)
        if backbone is None:
            files = self._models.version(BACKBONE, name).files
            backbone = Backbone(name, files["backbone.tflite"])
            self._backbones[name] = backbone
        return backbone


def head_of(version: Version) -> Head:
    """The head in a version. Raises KeyError, RuntimeError or ValueError when it holds none."""
    manifest, files = version.manifest, version.files
    if manifest.kind != "head" or manifest.threshold is None:
        raise ValueError(f"a {manifest.kind} is no head with a threshold")
    labels = _LABELS.validate_json(files["labels.json"])
    return Head(manifest.version, files["model.tflite"], labels, manifest.threshold)
