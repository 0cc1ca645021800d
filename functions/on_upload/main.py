"""on_upload: turns what a phone sent into an image, a thumbnail and a record, or says why not."""

from dataclasses import asdict

from functions.on_upload.describe import describe
from functions.on_upload.reception import FORGOTTEN, receive
from functions.pictures.budget import PixelBudget
from functions.pictures.jpeg import image_jpeg, thumbnail_jpeg
from functions.pictures.photo import Limits, open_photo
from functions.runtime.delivery import Delivery
from functions.runtime.function import Function
from functions.runtime.photo import photo_of_upload
from functions.runtime.records import Fields
from functions.runtime.settings import settings
from functions.runtime.start import start
from functions.runtime.storage import StoredObject

_BUDGET = PixelBudget(settings().pixels_in_flight)


def make(delivery: Delivery, upload: StoredObject) -> Fields:
    """Accept one upload, or raise Rejected with the reason."""
    told = receive(delivery, upload)
    with open_photo(upload.data, Limits(), _BUDGET, upload.metadata.get("sha256")) as photo:
        image_etag = delivery.write("images", delivery.photo.image, image_jpeg(photo.image))
        delivery.write("thumbnails", delivery.photo.image, thumbnail_jpeg(photo.image))
        said = asdict(describe(photo))
    return {**told, **said, "image_etag": image_etag}


def rejected(delivery: Delivery) -> Fields:
    """Take away what earlier bytes left, and forget what was said of them."""
    delivery.remove("images", delivery.photo.image)
    delivery.remove("thumbnails", delivery.photo.image)
    return FORGOTTEN


def gone(delivery: Delivery) -> None:
    """Leave a tombstone first, so that nothing can bring the photo back; then as if rejected."""
    delivery.records.bury(delivery.photo)
    rejected(delivery)


app = start(Function("on_upload", "uploads", photo_of_upload, make, gone, rejected))
