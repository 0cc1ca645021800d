"""The built-in ImageNet head as a version that can be published."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from functions.runtime.models import GENERAL
from scheduler.backbone import version as backbone
from scheduler.backbone.weights import PACKAGE, SHA256, imagenet_weights
from scheduler.general.fingerprint import FINGERPRINT, read_fingerprint
from scheduler.version_folder import Folder, digest

# One line a class in the order of the weights: wnid, name (docs/models.md says where from).
NAMES: Final = Path(__file__).with_name("names.tsv")

# Nine of ten names that are said must be right. Of 134 ImageNet photos 115 get a name at this
# threshold and .913 of the names are right; at .30 it is .903, too near, and at .50 .961, but a
# quarter stays without a name. `python -m scheduler.general.measure` prints the table.
THRESHOLD: Final = 0.4

VERSION: Final = "general-" + digest(
    backbone.VERSION.encode(),
    NAMES.read_bytes(),
    FINGERPRINT.read_bytes(),
    str(THRESHOLD).encode(),
)


def wnids() -> Mapping[str, str]:
    """The 1000 readable names, all different, by wnid, in the order of the weights."""
    lines = NAMES.read_text("utf-8").splitlines()
    return {wnid: name for wnid, _, name in (line.partition("\t") for line in lines)}


def built() -> Folder:
    """The head in LiteRT with its labels. Takes some 5 s; raises WrongWeights."""
    # Imported late: TensorFlow takes seconds, and the version is known without it.
    from scheduler.backbone.lite import lite
    from scheduler.general.network import general_head

    return Folder(
        collection=GENERAL,
        version=VERSION,
        kind="head",
        backbone=backbone.VERSION,
        threshold=THRESHOLD,
        files={
            "model.tflite": lite(general_head(imagenet_weights(), read_fingerprint())),
            "labels.json": json.dumps(
                list(wnids().values()), ensure_ascii=False, indent=0
            ).encode(),
        },
        about={"weights": PACKAGE, "weights_sha256": SHA256, "licence": "Apache-2.0"},
    )
