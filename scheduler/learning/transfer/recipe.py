"""The recipe `transfer`: a small head is trained on features that the backbone has given before."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from scheduler.learning.dataset import Dataset, Rows
from scheduler.learning.photos.classes import check_several
from scheduler.learning.recipe import Watch
from scheduler.learning.transfer.settings import TransferSettings

if TYPE_CHECKING:
    import keras

# So many rows, spread evenly over the photos, are asked of both Keras and LiteRT.
_CHECKED: Final = 200


@dataclass(frozen=True)
class FittedHead:
    """A trained head; `checked` (m, 1280) are features that both its forms are asked for."""

    model: "keras.Model"
    curves: Mapping[str, Sequence[float]]
    parameters: int
    checked: NDArray[np.float32]
    kind: str = "head"

    def probabilities(self, dataset: Dataset, rows: Rows) -> NDArray[np.float32]:
        """For the images of these photos: (rows, classes), each row sums to 1."""
        return self._asked(dataset, rows, "probabilities")

    def distances(self, dataset: Dataset, rows: Rows) -> NDArray[np.float32]:
        """How far each image (rows) is from all that was learned, 0 to 1."""
        return self._asked(dataset, rows, "distance")[:, 0]

    def files(self) -> Mapping[str, bytes]:
        """model.keras and model.tflite; raises ValueError when their answers differ."""
        from scheduler.learning.both_forms import both_forms

        return both_forms(self.model, self.checked)

    def _asked(self, dataset: Dataset, rows: Rows, output: str) -> NDArray[np.float32]:
        answers = self.model.predict(dataset.features[rows], batch_size=1024, verbose=0)
        return np.asarray(answers[output], np.float32)


@dataclass(frozen=True)
class Transfer:
    """Dropout, Dense(256) that is the fingerprint, Dropout, softmax, on cached features."""

    hyper_parameters: TransferSettings = field(default_factory=TransferSettings)
    name: str = "transfer"
    # Two of nine photos more to learn from are worth two points of accuracy on 360 clothes, and
    # the folds take seconds.
    enough_validation: int = 400

    @property
    def settings(self) -> Mapping[str, float | int | str]:
        """The hyper-parameters, as they stand in the version's report."""
        return asdict(self.hyper_parameters)

    def fit(self, dataset: Dataset, training: Rows, validation: Rows, watch: Watch) -> FittedHead:
        """Learn from images and variants of the training photos.

        The same data and the same number of threads give the same weights. Raises CannotLearn
        when the training photos are all of one class.
        """
        check_several(dataset.labels[training])
        # Imported late: TensorFlow takes seconds, and a recipe is known without it.
        from scheduler.learning.transfer.distance import Distance
        from scheduler.learning.transfer.fitting import trained

        network, curves = trained(dataset, training, validation, self.hyper_parameters, watch)
        distance = Distance.of(dataset.features[training], dataset.labels[training])
        every = max(1, len(dataset) // _CHECKED)
        return FittedHead(
            network.answering(distance), curves, network.parameters, dataset.features[::every]
        )
