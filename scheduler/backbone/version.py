"""The backbone as a version that can be published."""

from typing import Final

from functions.runtime.models import BACKBONE
from scheduler.backbone.weights import PACKAGE, SHA256, imagenet_weights
from scheduler.version_folder import Folder, digest

# Raise it whenever the network, or how an image becomes its 224 x 224 pixels, changes: features
# of one backbone version can always be compared.
RECIPE: Final = 1

VERSION: Final = f"efficientnet-lite0-{digest(SHA256.encode(), str(RECIPE).encode())}"


def built() -> Folder:
    """The backbone in LiteRT. Takes some 15 s; raises WrongWeights."""
    # Imported late: TensorFlow takes seconds, and the version is known without it.
    from scheduler.backbone.lite import lite
    from scheduler.backbone.network import backbone

    return Folder(
        collection=BACKBONE,
        version=VERSION,
        kind="backbone",
        files={"backbone.tflite": lite(backbone(imagenet_weights()))},
        about={"weights": PACKAGE, "weights_sha256": SHA256, "licence": "Apache-2.0"},
    )
