"""A collection's model in this process: the backbone, and what its version makes of features."""

from dataclasses import dataclass
from typing import Final, TypeAlias
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from functions.classify.answer import Answer, Rules
from functions.classify.backbone import Backbone
from functions.classify.head import Head
from functions.classify.nearest import Nearest
from functions.classify.whole import Whole
from functions.runtime.manifest import BrokenVersion
from functions.runtime.models import BACKBONE, Models, Version

Answering: TypeAlias = Head | Nearest | Whole
"""What a version is, apart from its backbone; only a Whole needs to see the image."""

_LABELS: Final = TypeAdapter(list[str])


@dataclass(frozen=True)
class Look:
    """What one look at an image gave: its 1280 features, and the answer."""

    features: NDArray[np.float32]
    answer: Answer


@dataclass(frozen=True)
class Model:
    """One version, loaded and warm. Whoever holds it has one model from features to answer."""

    backbone: Backbone
    answering: Answering

    @property
    def version(self) -> str:
        """The version that answers carry."""
        return self.answering.version

    def look(self, image: bytes) -> Look:
        """Look at a stored image (JPEG)."""
        features = self.backbone.features(image)
        if isinstance(self.answering, Whole):
            return Look(features, self.answering.answer(features, image))
        return Look(features, self.answering.answer(features))


class Loader:
    """Makes models of versions. They share a backbone as long as one of them is in use."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._backbones: WeakValueDictionary[str, Backbone] = WeakValueDictionary()

    def __call__(self, version: Version) -> Model:
        """The model of a version. Raises BrokenVersion, or Outage while its backbone is read."""
        answering = answering_of(version)
        try:
            return Model(self._backbone(str(version.manifest.backbone)), answering)
        except (LookupError, RuntimeError, ValueError) as error:
            raise BrokenVersion(f"its backbone can't be loaded: {error}") from error

    def _backbone(self, name: str) -> Backbone:
        backbone = self._backbones.get(name)
        if backbone is None:
            files = self._models.version(BACKBONE, name).files
            backbone = Backbone(name, files["backbone.tflite"])
            self._backbones[name] = backbone
        return backbone


def answering_of(version: Version) -> Answering:
    """What answers in a version, ready to be asked. Raises BrokenVersion when nothing does."""
    try:
        labels = _LABELS.validate_json(version.files["labels.json"])
        rules = Rules.of(version.manifest, labels)
        if version.manifest.kind == "head":
            return Head(rules, version.files["model.tflite"])
        if version.manifest.kind == "nearest":
            return Nearest(rules, version.files)
        if version.manifest.kind == "whole":
            return Whole(rules, version.files)
    except (LookupError, RuntimeError, ValueError) as error:
        raise BrokenVersion(f"it can't be loaded: {error}") from error
    raise BrokenVersion(f"a {version.manifest.kind} does not answer")
