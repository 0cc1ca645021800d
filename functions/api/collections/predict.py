"""POST /collections/{c}/predict: what a picture shows, at once, with nothing stored."""

from typing import Any, Final

from flask import request

from functions.api.collections.predicting import predicted
from functions.api.collections.schemas import Prediction
from functions.api.in_hand import InHand
from functions.api.parts import parts
from functions.api.signed_in import caller, signed_in
from functions.runtime.database import Document

predict = signed_in("predict")

# Each holds one of classify's eight threads while its body comes, and events need those too.
_PICTURES: Final = InHand(most=4)

_BINARY: Final = {"type": "string", "format": "binary"}
_BASE64: Final = {"type": "string", "description": "Base64, or a data URL with it."}


def _form(field: str, kind: dict[str, str]) -> dict[str, Any]:
    return {"schema": {"type": "object", "required": [field], "properties": {field: kind}}}


_BODY: Final = {
    "required": True,
    "description": "The picture as it is, as a form's `file`, or as base64 in JSON; 50 MB at most.",
    "content": {
        "image/*": {"schema": _BINARY},
        "application/octet-stream": {"schema": _BINARY},
        "multipart/form-data": _form("file", _BINARY),
        "application/json": _form("image_base64", _BASE64),
    },
}


@predict.post("/collections/<collection>/predict")
@predict.output(Prediction)
@predict.doc(tags=["collections"], extensions={"requestBody": _BODY})
def predict_picture(collection: str) -> Document:
    """Ask the collection's current model what a picture shows; nothing is stored."""
    found = parts().doors.collection(caller(), collection)
    _PICTURES.take(caller().name)
    try:
        return predicted(parts().settings.classify_url, found["_id"], request)
    finally:
        _PICTURES.give_back(caller().name)
