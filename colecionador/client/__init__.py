"""A client of the api, as phones and programs need one; it needs nothing else of this product.

    from colecionador.client import Client

    with Client.sign_in("http://192.168.1.20:8000", "ana", password) as client:
        hats = client.collections.add("Hats")
        sent = client.uploads.send(hats["id"], picture, "hat.jpg")
        photo = client.photos.get(sent.photo, wait=20)
        print(photo["category"], photo["confidence"])

Answers are the api's own: dicts with the fields that its OpenAPI document tells. What goes wrong is
one of `colecionador.client.errors`.
"""

from colecionador.client.client import Client
from colecionador.client.errors import (
    ClientError,
    Conflict,
    Forbidden,
    FormExpired,
    Later,
    NoAnswer,
    NotFound,
    NotSignedIn,
    NotStored,
    Problem,
    Wrong,
)
from colecionador.client.events import Event, Events
from colecionador.client.line import Answer
from colecionador.client.picture import Picture, Sent, Uploaded

__all__ = [
    "Answer",
    "Client",
    "ClientError",
    "Conflict",
    "Event",
    "Events",
    "Forbidden",
    "FormExpired",
    "Later",
    "NoAnswer",
    "NotFound",
    "NotSignedIn",
    "NotStored",
    "Picture",
    "Problem",
    "Sent",
    "Uploaded",
    "Wrong",
]
