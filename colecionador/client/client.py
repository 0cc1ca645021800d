"""The client: signs in, and has a part for each thing one does with the api."""

import math
from typing import Self

from colecionador.client.collections import Collections
from colecionador.client.deliveries import Deliveries
from colecionador.client.events import Events
from colecionador.client.learning import Learning
from colecionador.client.line import Line
from colecionador.client.photos import Photos
from colecionador.client.uploads import Uploads


class Client:
    """Somebody signed in at the api at `url` with a token; `parallel` uploads go at once.

    It may be used from several threads. Every call may raise NoAnswer, when the api was away
    for half a minute, and Problem.
    """

    def __init__(self, url: str, token: str, parallel: int = 4) -> None:
        self.token = token
        self._line = Line(url, token, parallel)
        self.collections = Collections(self._line)
        self.deliveries = Deliveries(self._line)
        self.learning = Learning(self._line)
        self.photos = Photos(self._line)
        self.uploads = Uploads(self._line, parallel)

    @classmethod
    def sign_in(cls, url: str, name: str, password: str, parallel: int = 4) -> Self:
        """Somebody with an account; raises NotSignedIn when name or password are wrong."""
        credentials = {"name": name, "password": password}
        session = Line(url).ask("POST", "sessions", body=credentials)
        return cls(url, session["token"], parallel)

    def sign_out(self) -> None:
        """The token is good for nothing any more."""
        self._line.ask("DELETE", "sessions", "current")

    def events(self, after: str | None = None, patience: float = math.inf) -> Events:
        """What happens in all of the caller's collections from now on, or after an event's id.

        To be used in a `with` block; `patience` is in seconds.
        """
        return Events(self._line, after, patience)

    def close(self) -> None:
        """Let go of all connections; the token stays good."""
        self._line.session.close()
        self.uploads.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
