"""The application: routes by noun, problems for every error, and the document that describes it."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

from apiflask import APIFlask
from flask import Blueprint
from flask_cors import CORS

from functions.api.accounts.sessions import entrance, sessions
from functions.api.document import describe
from functions.api.parts import parts
from functions.api.problems import tell_problems
from functions.api.standing import standing
from functions.runtime import log

CONTRACT: Final = "1.0"
"""The version of the contract; paths, fields, states and codes only grow within one."""

_MOST_JSON_BYTES: Final = 1_000_000


def create_app() -> APIFlask:
    """The api's application; `extensions` hold what begins and ends with its process."""
    own = parts()
    log.start("api", own.settings.log_level)
    app = APIFlask("api", title="Colecionador", version=CONTRACT)
    app.config["MAX_CONTENT_LENGTH"] = _MOST_JSON_BYTES
    app.extensions["begins"], app.extensions["ends"] = [], []
    for routes in (standing, entrance, sessions, _swagger()):
        app.register_blueprint(routes)
    tell_problems(app)
    describe(app)
    CORS(app, origins=[own.settings.public_url])
    return app


def _swagger() -> Blueprint:
    """Swagger UI's own files: the page at /docs needs nothing from other servers."""
    package = find_spec("flask_openapi3_swagger")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "templates" / "swagger"
    return Blueprint("swagger", __name__, static_folder=folder, static_url_path="/docs/files")
