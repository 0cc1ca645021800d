"""The hyper-parameters of the recipe `transfer`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TransferSettings:
    """How the head learns.

    An epoch takes `views` of each photo, the image or variants, others each time. A training has
    `epochs`, or as many as make `least_steps`. With at least `judges` validation photos it ends
    before that, in its second half, when these got no better for `patience` epochs. `length` is
    that of features as the head sees them.
    """

    seed: int = 20
    epochs: int = 20
    views: int = 2
    batch: int = 64
    small_batch: int = 16
    least_steps: int = 200
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    label_smoothing: float = 0.0
    length: float = 20.0
    dropout_features: float = 0.4
    dropout_fingerprint: float = 0.3
    activation: str = "relu"
    patience: int = 8
    judges: int = 20
