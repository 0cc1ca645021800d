"""classify: says what an image shows, keeps its features, and answers POST /predict."""

from functions.classify.features import Features
from functions.classify.findings import UNSAID, whole
from functions.classify.model import Loader
from functions.classify.predict import predict_routes
from functions.pictures.budget import PixelBudget
from functions.runtime.delivery import Delivery
from functions.runtime.follower import Follower
from functions.runtime.function import Function
from functions.runtime.models import Models
from functions.runtime.photo import photo_of_image
from functions.runtime.records import Fields
from functions.runtime.start import parts, start
from functions.runtime.storage import StoredObject

_MODELS = Models(parts().storage)
_FOLLOWER = Follower(_MODELS, Loader(_MODELS))
_BUDGET = PixelBudget(parts().settings.pixels_in_flight)
_FEATURES = Features.of(parts().database)


def make(delivery: Delivery, image: StoredObject) -> Fields:
    """Say what one image shows, by the current model of its collection."""
    model = _FOLLOWER.current(delivery.photo.collection)
    look = model.look(image.data)
    _FEATURES.save(delivery, model.backbone.version, look)
    return whole(image.data, look.answer)


def gone(delivery: Delivery) -> None:
    """Forget the features, and what was said of the image."""
    _FEATURES.remove(delivery)
    delivery.mark("gone", UNSAID)


def rejected(delivery: Delivery) -> Fields:
    """As if the image were gone."""
    gone(delivery)
    return UNSAID


def no_model() -> str | None:
    """What is missing as long as no model is loaded."""
    return None if _FOLLOWER.ready() else "no model is loaded yet"


_CLASSIFY = Function("classify", "images", photo_of_image, make, gone, rejected)
app = start(_CLASSIFY, begins=[_FOLLOWER.start], checks=[no_model])
app.register_blueprint(predict_routes(_FOLLOWER, _BUDGET))
