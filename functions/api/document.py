"""The OpenAPI document: what APIFlask writes of the routes, with every error as a problem."""

from typing import Any, Final

from apiflask import APIFlask
from flask import current_app, request
from pydantic import BaseModel
from werkzeug.exceptions import UnsupportedMediaType

from functions.api.parts import parts

_PROBLEM: Final = "Problem"
_FILES: Final = "/docs/files"
_BEARER: Final = "BearerAuth"
_FOR_STRANGERS: Final = {("post", "/sessions"), ("post", "/users")}
"""What is answered without a token; APIFlask tells it of the first blueprint only."""


class FieldError(BaseModel):
    """One field that is wrong: its JSON pointer, and a sentence."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """An error after RFC 9457; `code` is stable and listed in docs/errors.md."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldError] = []


def describe(app: APIFlask) -> None:
    """Have the application serve its document at /openapi.json and the page at /docs."""
    app.config.update(
        INFO={"description": "Send a photo, get the category, correct it once."},
        SERVERS=[{"url": parts().settings.public_url}],
        AUTO_OPERATION_ID=True,
        SWAGGER_UI_CSS=f"{_FILES}/css/swagger-ui.css",
        SWAGGER_UI_BUNDLE_JS=f"{_FILES}/js/swagger-ui-bundle.js",
        SWAGGER_UI_STANDALONE_PRESET_JS=f"{_FILES}/js/swagger-ui-standalone-preset.js",
        DOCS_FAVICON="data:,",
    )
    app.spec_processor(_with_problems)
    app.before_request(_json_only)


def _with_problems(spec: Any) -> Any:
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    template = "#/components/schemas/{model}"
    problem = Problem.model_json_schema(ref_template=template)
    schemas |= problem.pop("$defs")
    schemas[_PROBLEM] = problem
    schema = {"$ref": template.format(model=_PROBLEM)}
    told = {"description": "A problem", "content": {"application/problem+json": {"schema": schema}}}
    spec["components"]["securitySchemes"] = {_BEARER: {"type": "http", "scheme": "bearer"}}
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            operation["security"] = [] if (method, path) in _FOR_STRANGERS else [{_BEARER: []}]
            fine = {status: answer for status, answer in operation["responses"].items()
                    if status < "400"}  # fmt: skip
            operation["responses"] = {**fine, "default": told}
    return spec


def _json_only() -> None:
    """Refuses a body of another kind where a route wants JSON."""
    if request.method == "OPTIONS":
        # A browser asks first, without the body, whether it may send one.
        return
    view = current_app.view_functions.get(request.endpoint or "")
    wanted = getattr(view, "_spec", {}).get("content_type") == "application/json"
    if wanted and not request.is_json:
        raise UnsupportedMediaType("The body has to be application/json.")
