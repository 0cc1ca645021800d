"""POST /predict: what a photo shows, at once, with nothing stored."""

import re
from typing import Final

from flask import Blueprint, Response, request

from functions.classify.answer import Answer
from functions.classify.body import BadBody, photo_in
from functions.classify.findings import whole
from functions.classify.model import Model
from functions.classify.turns import Busy, Turns
from functions.pictures.budget import PixelBudget
from functions.pictures.jpeg import image_jpeg
from functions.pictures.photo import Limits, open_photo
from functions.runtime.faults import Outage, Rejected
from functions.runtime.follower import Follower
from functions.runtime.models import GENERAL
from functions.runtime.web import problem

_COLLECTION: Final = re.compile(r"[a-z0-9-]{3,40}")
_TOO_LARGE: Final = "too-many-bytes"
AT_ONCE: Final = 8
"""Half of the threads: whoever sends slowly holds one, and webhooks need some too."""


def predict_routes(models: Follower[Model], budget: PixelBudget) -> Blueprint:
    """The route, answering with the current model of the `collection` asked for (general's).

    A foreign photo is opened as on_upload does it, and what is looked at is the image that would
    be stored: the same photo gets the same category both ways.
    """
    routes = Blueprint("predict", __name__)
    routes.register_error_handler(BadBody, _bad_body)
    routes.register_error_handler(Rejected, _rejected)
    routes.register_error_handler(Outage, _no_model)
    routes.register_error_handler(Busy, _busy)
    turns = Turns(AT_ONCE)

    @routes.post("/predict")
    def predict() -> dict[str, object]:
        collection = request.args.get("collection", GENERAL)
        if not _COLLECTION.fullmatch(collection):
            raise BadBody(404, "not-found", "There is no such collection.")
        with turns.one():
            data = photo_in(request)
            # Held to the end: the answer is one model's, whatever is swapped meanwhile.
            model = models.current(collection)
            with open_photo(data, Limits(), budget) as photo:
                image = image_jpeg(photo.image)
            return _as_json(image, model.look(image).answer)

    return routes


def _bad_body(bad: BadBody) -> tuple[Response, int]:
    return problem(bad.status, bad.code, bad.detail)


def _rejected(refusal: Rejected) -> tuple[Response, int]:
    return problem(413 if refusal.code == _TOO_LARGE else 422, refusal.code, refusal.reason)


def _no_model(_: Outage) -> tuple[Response, int]:
    return _later("No model is loaded yet. Try again soon.")


def _busy(_: Busy) -> tuple[Response, int]:
    return _later("Many photos are being looked at just now. Try again soon.")


def _later(detail: str) -> tuple[Response, int]:
    answer, status = problem(503, "not-ready", detail)
    answer.headers["Retry-After"] = "2"
    return answer, status


def _as_json(image: bytes, answer: Answer) -> dict[str, object]:
    return {
        **whole(image, answer),
        "top": [
            {"category": guess.category, "confidence": guess.confidence} for guess in answer.top
        ],
    }
