"""augment: writes the ten variants of an image, from which training learns."""

from functions.augment.variants import NAMES, variants
from functions.runtime.delivery import Delivery
from functions.runtime.function import Function
from functions.runtime.photo import photo_of_image
from functions.runtime.records import Fields
from functions.runtime.start import start
from functions.runtime.storage import StoredObject


def make(delivery: Delivery, image: StoredObject) -> Fields:
    """Write the variants of one image."""
    for name, jpeg in variants(image.data):
        delivery.write("variants", delivery.photo.variant(name), jpeg)
    return {"variants": list(NAMES)}


def gone(delivery: Delivery) -> None:
    """Take the variants away."""
    for name in NAMES:
        delivery.remove("variants", delivery.photo.variant(name))
    delivery.mark("gone", {"variants": []})


def rejected(delivery: Delivery) -> Fields:
    """As if the image were gone."""
    gone(delivery)
    return {}


app = start(Function("augment", "images", photo_of_image, make, gone, rejected))
