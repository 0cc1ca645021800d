"""The application: routes by noun, problems for every error, and the document that describes it."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from apiflask import APIFlask
from flask import Blueprint
from flask.json.provider import DefaultJSONProvider
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from functions.api.accounts.member_routes import members
from functions.api.accounts.session_routes import entrance, sessions
from functions.api.accounts.token_routes import tokens
from functions.api.accounts.user_routes import sign_up, users
from functions.api.collections.predict import predict
from functions.api.collections.routes import collections
from functions.api.document import describe
from functions.api.events.live import live
from functions.api.events.routes import events
from functions.api.learning.model_routes import models
from functions.api.learning.training_routes import trainings
from functions.api.operating.routes import operating
from functions.api.parts import parts
from functions.api.photos.label_routes import labels
from functions.api.photos.routes import photos
from functions.api.problems import tell_problems
from functions.api.standing import standing
from functions.api.uploads.routes import uploads
from functions.runtime import log

CONTRACT: Final = "1.0"
"""The version of the contract; paths, fields, states and codes only grow within one."""

_MOST_JSON_BYTES: Final = 1_000_000

_ASKED_WITH: Final = (
    *("Authorization", "Content-Type"),
    *("Idempotency-Key", "Prefer", "Last-Event-ID"),
)
_ANSWERED_WITH: Final = ("Retry-After", "WWW-Authenticate", "Location", "Preference-Applied")
"""Headers that the page may send, and those it may read."""

_ROUTES: Final = (
    standing,
    entrance,
    sessions,
    sign_up,
    users,
    tokens,
    members,
    collections,
    predict,
    uploads,
    photos,
    labels,
    trainings,
    models,
    operating,
    events,
)


class _Json(DefaultJSONProvider):
    """JSON as Flask has it; what is nested too deep to be read is no JSON."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value that the text says; raises ValueError."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError:
            raise ValueError("It is nested too deep.") from None


def create_app() -> APIFlask:
    """The api's application; `extensions` hold what begins and ends with its process."""
    own = parts()
    log.start("api", own.settings.log_level)
    app = APIFlask("api", title="Colecionador", version=CONTRACT)
    app.json = _Json(app)
    app.config["MAX_CONTENT_LENGTH"] = _MOST_JSON_BYTES
    app.extensions["begins"], app.extensions["ends"] = [live().begin], [live().end]
    for routes in (*_ROUTES, _swagger()):
        app.register_blueprint(routes)
    tell_problems(app)
    describe(app)
    # Only as many entries are believed as proxies are known: the others anybody can write.
    known = own.settings.trusted_proxies
    behind = ProxyFix(app.wsgi_app, x_for=known, x_proto=known, x_host=known)
    app.wsgi_app = behind  # type: ignore[method-assign]
    _let_page_ask(app, own.settings.public_url)
    return app


def _let_page_ask(app: APIFlask, page: str) -> None:
    CORS(
        app,
        # As a pattern, since flask-cors would take an IPv6 address for one.
        origins=[re.compile(re.escape(page) + r"\Z")],
        allow_headers=_ASKED_WITH,
        expose_headers=_ANSWERED_WITH,
        max_age=600,
    )


def _swagger() -> Blueprint:
    """Swagger UI's own files: the page at /docs needs nothing from other servers."""
    package = find_spec("flask_openapi3_swagger")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "templates" / "swagger"
    return Blueprint("swagger", __name__, static_folder=folder, static_url_path="/docs/files")
